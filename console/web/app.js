// SPDX-License-Identifier: BSD-2-Clause
// The page: asks the API once a second and shows what changed. Data goes into
// the document as text only.
'use strict';

const PERIOD_MS = 1000;
const TIMEOUT_MS = 4000;
const SAMPLES = 60;
const LOG_LINES = 100;
const FULL = 0.9; // of a core: it may soon not keep up
const SVG = 'http://www.w3.org/2000/svg';

const $ = (id) => document.getElementById(id);
const ports = new Map();
const count = new Intl.NumberFormat('en');
let before = null;
let logNext = 0;
let lastUptime = 0;
let timer = null;
let busy = false;

function make(tag, className, ...children) {
	const e = document.createElement(tag);
	e.className = className;
	e.append(...children);
	return e;
}

function setText(e, text) {
	if (e.textContent !== text)
		e.textContent = text;
}

function scaled(value, step, units) {
	let i = 0;
	while (value >= step && i < units.length - 1) {
		value /= step;
		i++;
	}
	const digits = value >= 100 || Number.isInteger(value) ? 0 : 1;
	return value.toFixed(digits) + ' ' + units[i];
}

const bits = (n) => scaled(n, 1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s']);
const packets = (n) => scaled(n, 1000, ['pkt/s', 'kpkt/s', 'Mpkt/s']);
const plain = (n) => scaled(n, 1000, ['', 'k', 'M']).trim();
const bytes = (n) => scaled(n, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);

function duration(seconds) {
	const s = Math.floor(seconds);
	const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
	const out = [];
	let rest = s;
	for (const [size, unit] of parts) {
		if (rest >= size || (unit === 's' && out.length === 0))
			out.push(Math.floor(rest / size) + ' ' + unit);
		rest %= size;
	}
	return out.slice(0, 2).join(' ');
}

async function get(path) {
	const answer = await fetch(path, {
		cache: 'no-store',
		signal: AbortSignal.timeout(TIMEOUT_MS),
	});
	const body = await answer.json();
	if (!answer.ok)
		throw new Error(body.detail || answer.statusText);
	return body;
}

// A counter's growth per second. Null on the first look, after a reboot, and
// when nobody counts.
function rate(now, then, seconds) {
	if (now === undefined || then === undefined || seconds <= 0 || now < then)
		return null;
	return (now - then) / seconds;
}

const shown = (value, format) => value === null ? '–' : format(value);

const percent = (share) =>
    (share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0) + ' %';

// A share of 1 as a bar with its figure.
function showBar(cell, share) {
	if (!cell.querySelector('.bar'))
		cell.replaceChildren(make('span', 'bar', make('i', '')),
		    make('span', ''));
	const [bar, figure] = cell.children;
	bar.className = share < FULL ? 'bar' : 'bar full';
	bar.firstChild.style.width = (share * 100).toFixed(1) + '%';
	setText(figure, percent(share));
}

// Rows are kept and only their text changes, so that a selection survives. A
// number is a share, and shown as a bar.
function showRows(body, rows, classes) {
	while (body.rows.length > rows.length)
		body.deleteRow(-1);
	while (body.rows.length < rows.length) {
		const row = body.insertRow();
		for (const name of classes)
			row.insertCell().className = name;
	}
	rows.forEach((values, y) => values.forEach((v, x) => {
		const cell = body.rows[y].cells[x];
		if (typeof v === 'number')
			showBar(cell, v);
		else
			setText(cell, v);
	}));
}

// The same, with a text in the place of an empty table.
function showList(body, empty, rows, classes) {
	showRows(body, rows, classes);
	body.parentElement.hidden = rows.length === 0;
	empty.hidden = rows.length !== 0;
}

function showSystem(now, seconds) {
	const s = now.system;
	const sum = now.counters.sum;
	const old = before && before.counters.sum;
	const total = (c) => c.forwarded.ipv4 + c.forwarded.ipv6;
	const pps = rate(total(sum), old ? total(old) : undefined, seconds);
	const cores = s.cpu.cores.length;

	document.title = s.name + ' – Barewire';
	setText($('name'), s.name);
	setText($('version'), s.version);
	setText($('uptime'), duration(s.uptime));
	setText($('booted'), 'ready after ' +
	    Math.round(s['boot-time'] * 1000) + ' ms');
	setText($('forwarding'), shown(pps, packets));
	setText($('forwarded'), count.format(total(sum)) + ' packets in all');
	setText($('routes'), count.format(s.routes));
	setText($('core-count'), cores + (cores === 1 ? ' core' : ' cores'));
	setText($('buffers'), count.format(now.counters.buffers.free));
	setText($('memory'), 'of ' + count.format(now.counters.buffers.total) +
	    '; memory free ' + bytes(s.memory.free));
}

function makeSpark() {
	const svg = document.createElementNS(SVG, 'svg');
	svg.setAttribute('class', 'spark');
	svg.setAttribute('viewBox', '0 0 ' + (SAMPLES - 1) + ' 100');
	svg.setAttribute('preserveAspectRatio', 'none');
	svg.setAttribute('aria-hidden', 'true');
	const lines = ['in', 'out'].map((name) => {
		const line = document.createElementNS(SVG, 'polyline');
		line.setAttribute('class', name);
		svg.append(line);
		return line;
	});
	return {svg, lines};
}

const QUEUE_COLUMNS = [
	['Queue', 'number first'], ['Core', 'number'],
	['↓ pkt/s', 'number in'], ['waiting', 'number'], ['lost', 'number'],
	['↑ pkt/s', 'number out'],
];

function makeQueues(p) {
	const head = make('tr', '', ...QUEUE_COLUMNS.map(
	    ([name, className]) => make('th', className, name)));

	p.queueCount = make('summary', '');
	p.queues = make('tbody', '');
	p.details = make('details', 'quiet', p.queueCount, make('div', 'scroll',
	    make('table', '', make('thead', '', head), p.queues)));
	return p.details;
}

function showQueues(p, port, old, seconds) {
	const list = port.queues;
	const text = (n) => shown(n ?? null, count.format);
	const rows = list.map((q, i) => {
		const then = old && old.queues[i] || {};
		const perSecond = (key) =>
		    shown(rate(q[key], then[key], seconds), plain);

		return [text(q.queue), text(q.core), perSecond('rx-packets'),
			text(q['rx-depth']), text(q['rx-drops']),
			perSecond('tx-packets')];
	});

	setText(p.queueCount, list.length +
	    (list.length === 1 ? ' queue' : ' queues') + ', ' +
	    list[0]['rx-descriptors'] + ' descriptors');
	showRows(p.queues, rows,
	    QUEUE_COLUMNS.map(([, className]) => className));
}

function makePort(name) {
	const p = {history: [[], []], spark: makeSpark()};
	const half = (label, className, bitsBox, packetsBox) =>
	    make('div', '', make('span', 'label ' + className, label),
		bitsBox, packetsBox);

	p.state = make('span', 'pill');
	p.about = make('span', 'quiet');
	p.addresses = make('ul', 'addresses');
	p.facts = make('p', 'quiet facts');
	p.rates = [0, 1].map(() => make('b', ''));
	p.packets = [0, 1].map(() => make('span', 'quiet'));
	p.box = make('article', 'port',
	    make('div', 'top', make('h3', '', name), p.about, p.state),
	    p.addresses,
	    make('div', 'rates',
		half('↓ in', 'in', p.rates[0], p.packets[0]),
		half('↑ out', 'out', p.rates[1], p.packets[1])),
	    p.spark.svg, p.facts, makeQueues(p));
	$('ports').append(p.box);
	return p;
}

function drawSpark(p) {
	const top = Math.max(1000, ...p.history[0], ...p.history[1]);

	p.history.forEach((list, i) => {
		const start = SAMPLES - list.length;
		const points = list.map((v, x) =>
		    (start + x) + ',' + (97 - v / top * 92).toFixed(1));
		p.spark.lines[i].setAttribute('points', points.join(' '));
	});
}

function showAddresses(list, port) {
	const texts = [...port.ipv4.address, ...port.ipv6.address].map((a) =>
	    a.ip + '/' + a['prefix-length'] +
	    (a.origin === 'static' ? '' : '  ' + a.origin));
	const key = texts.join('\n');

	if (list.dataset.key === key)
		return;
	list.dataset.key = key;
	list.replaceChildren(...(texts.length ? texts : ['no address'])
	    .map((t) => make('li', '', t)));
}

function showPort(port, old, seconds) {
	const s = port.statistics;
	const up = port['oper-status'] === 'up';
	const off = port['admin-status'] === 'down';

	if (!ports.has(port.name))
		ports.set(port.name, makePort(port.name));
	const p = ports.get(port.name);
	setText(p.state, off ? 'shut down' : up ? 'up' : 'no link');
	p.state.className = 'pill ' + (up ? 'good' : off ? 'waiting' : 'bad');
	setText(p.about, port.description);
	showAddresses(p.addresses, port);
	['in', 'out'].forEach((way, i) => {
		const then = old ? old.statistics : {};
		const b = rate(s[way + '-octets'], then[way + '-octets'],
		    seconds);
		const n = rate(s[way + '-pkts'], then[way + '-pkts'], seconds);
		setText(p.rates[i], shown(b === null ? null : b * 8, bits));
		setText(p.packets[i], shown(n, packets));
		if (b === null)
			return;
		p.history[i].push(b * 8);
		p.history[i].splice(0, p.history[i].length - SAMPLES);
	});
	drawSpark(p);
	const lost = s['in-discards'] + s['in-errors'] + s['out-discards'] +
	    s['out-errors'];
	setText(p.facts, [
		port.speed ? bits(port.speed) : '',
		port.model || port.driver || 'VLAN ' + port['vlan-id'],
		port['phys-address'],
		'MTU ' + port.ipv4.mtu,
		lost ? count.format(lost) + ' lost' : '',
	].filter((t) => t !== '').join(' · '));
	p.details.hidden = !port.queues; // a sub-interface has none
	if (port.queues)
		showQueues(p, port, old, seconds);
}

function showPorts(now, seconds) {
	const list = now.interfaces.interfaces;
	const names = new Set(list.map((i) => i.name));

	for (const [name, p] of ports)
		if (!names.has(name)) {
			p.box.remove();
			ports.delete(name);
		}
	for (const port of list) {
		const old = before && before.interfaces.interfaces.find(
		    (i) => i.name === port.name);
		showPort(port, old, seconds);
	}
}

const queueName = (q) => q.interface + ' q' + q.queue;

function showCores(now) {
	const rows = now.system.cpu.cores.map((c) => [
		String(c.id), c.role, c['busy-share'] ?? '–',
		shown(c['packets-per-second'], packets),
		c.queues.map(queueName).join(', ') || '–',
	]);

	showRows($('cores'), rows,
	    ['number first', '', 'busy', 'number', 'queues']);
}

function showDrops(now, seconds) {
	const old = before ? before.counters.sum.drops : {};
	const help = now.counters['drop-help'];
	const rows = Object.entries(now.counters.sum.drops)
	    .filter(([, n]) => n > 0)
	    .sort((a, b) => b[1] - a[1])
	    .map(([name, n]) => [help[name] || name, count.format(n),
		shown(rate(n, old[name], seconds), packets)]);

	showList($('drops'), $('no-drops'), rows, ['', 'number', 'number']);
}

function showNeighbors(now) {
	const rows = now.neighbors.neighbors.map((n) => [
		n.ip, n.interface, n['link-layer-address'] || 'unresolved',
		n.state, [n['is-router'] ? 'gateway' : 'host',
		    n.origin === 'static' ? 'static' : ''].join(' ').trim(),
	]);

	showList($('neighbors'), $('no-neighbors'), rows,
	    ['mono', '', 'mono', '', '']);
}

function showLog(log) {
	const list = $('log');
	const bottom = list.scrollHeight - list.scrollTop -
	    list.clientHeight < 40;

	for (const line of log.lines) {
		const time = make('time', '',
		    '[' + line.time.toFixed(6).padStart(13) + '] ');
		list.append(make('li', line.level, time,
		    line.area + ': ' + line.text));
	}
	while (list.children.length > LOG_LINES)
		list.firstChild.remove();
	if (bottom && log.lines.length > 0)
		list.scrollTop = list.scrollHeight;
	logNext = log.next;
}

function connected(yes, detail) {
	const state = $('state');

	setText(state, yes ? 'live' : 'connection lost');
	state.className = 'pill ' + (yes ? 'good' : 'bad');
	document.body.classList.toggle('stale', !yes);
	$('lost').hidden = yes;
	if (!yes)
		setText($('lost'), 'The router does not answer (' + detail +
		    '). What is below is old. Trying again every second.');
}

async function refresh() {
	const [system, interfaces, counters, neighbors, log] =
	    await Promise.all([
		get('/api/v1/system'),
		get('/api/v1/interfaces'),
		get('/api/v1/counters'),
		get('/api/v1/neighbors'),
		get('/api/v1/log?limit=' + LOG_LINES + '&since=' + logNext),
	    ]);
	const now = {system, interfaces, counters, neighbors};

	// A reboot starts the log and every counter anew.
	if (system.uptime < lastUptime) {
		before = null;
		logNext = 0;
		$('log').replaceChildren();
	} else
		showLog(log);
	const seconds = before ? system.uptime - before.system.uptime : 0;
	showSystem(now, seconds);
	showPorts(now, seconds);
	showCores(now);
	showDrops(now, seconds);
	showNeighbors(now);
	lastUptime = system.uptime;
	before = now;
}

async function tick() {
	if (busy || document.hidden)
		return;
	busy = true;
	const began = performance.now();
	try {
		await refresh();
		connected(true);
	} catch (e) {
		connected(false, e.name === 'TimeoutError' ?
		    'no reply within ' + TIMEOUT_MS / 1000 + ' s' : e.message);
	}
	busy = false;
	clearTimeout(timer);
	timer = setTimeout(tick,
	    Math.max(0, PERIOD_MS - (performance.now() - began)));
}

const MEANING = {
	unicast: 'Forwarded through the route ',
	connected: 'On a connected network, ',
	local: 'An address of this router, ',
	blackhole: 'Dropped silently, ',
	reject: 'Refused with an ICMP error, ',
	none: 'No route: refused with an ICMP error.',
};

async function lookup(event) {
	const answer = $('answer');

	event.preventDefault();
	try {
		const r = await get('/api/v1/routes/lookup?address=' +
		    encodeURIComponent($('address').value.trim()));
		const lines = [make('p', '', MEANING[r.type] || r.type + ' ',
		    make('b', 'mono', r['destination-prefix'] || ''))];
		for (const n of r['next-hop'])
			lines.push(make('p', 'mono', '→ ' +
			    n['next-hop-address'] + ' on ' +
			    n['outgoing-interface'] +
			    (r.type === 'local' ? '' : ' at ' +
			    (n['link-layer-address'] ||
			    'an address not resolved yet'))));
		answer.replaceChildren(...lines);
	} catch (e) {
		answer.replaceChildren(make('p', '', e.message));
	}
}

$('lookup').addEventListener('submit', lookup);
document.addEventListener('visibilitychange', tick);
tick();
