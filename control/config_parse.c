/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar of barewire.conf: the keywords, and what each statement reads.
 * Statements check what one line can tell; config_check judges the whole.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/config_private.h"
#include "control/iptext.h"
#include "control/route_file.h"

static int
run_hostname(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	bool good = w.len > 0;

	(void)arg;
	for (size_t i = 0; good && i < w.len; i++) {
		char c = w.text[i];
		bool inner = i > 0 && i < w.len - 1;

		good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		       (c >= '0' && c <= '9') ||
		       (inner && (c == '-' || c == '.'));
	}
	if (!good || !word_copy(&w, p->config->hostname, CONFIG_NAME_MAX))
		return parse_expected(
		    p, &w, "a name of up to 63 letters, digits, - and .");
	return 0;
}

static int
run_neighbor(struct parser *p, int arg)
{
	struct config_neighbor neighbor = { 0 };
	struct config_neighbor *added;
	struct word w = lex_word(&p->lx);

	(void)arg;
	neighbor.at = word_at(p, &w);
	if (parse_host(p, &w, 0, "a neighbor's address", &neighbor.addr) ||
	    parse_keyword(p, "lladdr"))
		return -EINVAL;
	w = lex_word(&p->lx);
	if (parse_mac(p, &w, neighbor.mac))
		return -EINVAL;
	w = lex_word(&p->lx);
	if (parse_iface(p, &w, neighbor.iface))
		return -EINVAL;
	neighbor.iface_at = word_at(p, &w);
	added = array_add(
	    &p->config->neighbor, &p->config->neighbor_count, sizeof(*added));
	if (added == NULL)
		return -ENOMEM;
	*added = neighbor;
	return 0;
}

/*
 * Which file of the volume `w` names. Only its first bytes are looked at: the
 * rest is read when the config is in force.
 */
static int
parse_routes_file(
    struct parser *p, const struct word *w, struct config_routes_file *out)
{
	const struct config *c = p->config;
	char shown[WORD_SHOW_MAX];
	const char *fault;

	if (w->len == 0 || !word_copy(w, out->name, sizeof(out->name)))
		return parse_expected(
		    p, w, "the name of a file of up to 63 bytes");
	if (p->world->files != NULL)
		out->file = files_find(p->world->files, out->name);
	if (out->file == NULL)
		return parse_error(p, w, "no file %s on the config volume",
		    word_show(w, shown));
	for (uint32_t i = 0; i < c->routes_file_count; i++)
		if (c->routes_file[i].file == out->file)
			return parse_error(p, w,
			    "%s is read in line %u already",
			    word_show(w, shown),
			    (unsigned int)c->routes_file[i].line);
	fault = route_file_fault(out->file);
	return fault == NULL
	           ? 0
	           : parse_error(p, w, "%s %s", word_show(w, shown), fault);
}

/* routes FILE [strict] */
static int
run_routes(struct parser *p, int arg)
{
	struct config *c = p->config;
	struct config_routes_file entry = { .line = p->lx.number };
	struct config_routes_file *added;
	struct word w = lex_word(&p->lx);

	(void)arg;
	if (parse_routes_file(p, &w, &entry))
		return -EINVAL;
	w = lex_word(&p->lx);
	entry.strict = word_abbreviates(&w, "strict");
	if (w.len > 0 && !entry.strict)
		return parse_expected(p, &w, "strict or end of line");
	added = array_add(
	    &c->routes_file, &c->routes_file_count, sizeof(*added));
	if (added == NULL)
		return -ENOMEM;
	*added = entry;
	return 0;
}

static int
run_management(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);

	(void)arg;
	p->config->management_at = word_at(p, &w);
	return parse_iface(p, &w, p->config->management);
}

static int
run_poll(struct parser *p, int mode)
{
	p->config->poll = (enum config_poll)mode;
	return 0;
}

static int
run_http(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	uint32_t port;

	(void)arg;
	if (parse_number(p, &w, "a TCP port", 1, UINT16_MAX, &port))
		return -EINVAL;
	p->config->http_port = (uint16_t)port;
	return 0;
}

static int
run_https(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	uint32_t port;

	(void)arg;
	if (parse_number(p, &w, "a TCP port", 1, UINT16_MAX, &port))
		return -EINVAL;
	p->config->https_port = (uint16_t)port;
	p->config->https_at = word_at(p, &w);
	parse_no_effect(p, "service https");
	return 0;
}

static int
run_username(struct parser *p, int arg)
{
	struct config_user user = { 0 };
	struct config_user *added;
	struct word w = lex_word(&p->lx);

	(void)arg;
	if (w.len == 0 || !word_is_text(&w) ||
	    !word_copy(&w, user.name, sizeof(user.name)))
		return parse_expected(p, &w, "a name of up to 31 bytes");
	if (parse_keyword(p, "password-hash"))
		return -EINVAL;
	w = lex_word(&p->lx);
	if (w.len == 0 || !word_is_text(&w) ||
	    !word_copy(&w, user.hash, sizeof(user.hash)))
		return parse_expected(
		    p, &w, "a password's hash of up to 127 bytes");
	added = array_add(
	    &p->config->user, &p->config->user_count, sizeof(*added));
	if (added == NULL)
		return -ENOMEM;
	*added = user;
	parse_no_effect(p, "username");
	return 0;
}

static int
run_log_host(struct parser *p, int arg)
{
	struct word w = lex_word(&p->lx);
	struct ip_addr host, *added;

	(void)arg;
	if (parse_host(p, &w, 0, "a log host's address", &host))
		return -EINVAL;
	added = array_add(
	    &p->config->log_host, &p->config->log_host_count, sizeof(*added));
	if (added == NULL)
		return -ENOMEM;
	*added = host;
	parse_no_effect(p, "log host");
	return 0;
}

/* `exit` and `end`: like all statements of the top, they end a block. */
static int
run_nothing(struct parser *p, int arg)
{
	(void)p;
	(void)arg;
	return 0;
}

#define BRANCH(name, next)                                                     \
	{                                                                      \
		name, next, NULL, 0, BLOCK_NONE                                \
	}
#define TOP(name, run, arg)                                                    \
	{                                                                      \
		name, NULL, run, arg, BLOCK_NONE                               \
	}
#define BELOW(name, run, arg)                                                  \
	{                                                                      \
		name, NULL, run, arg, BLOCK_INTERFACE                          \
	}
#define TABLE_END                                                              \
	{                                                                      \
		NULL, NULL, NULL, 0, BLOCK_NONE                                \
	}

#define EITHER(name, run, arg)                                                 \
	{                                                                      \
		name, NULL, run, arg, BLOCK_EITHER                             \
	}

static const struct keyword ip_words[] = {
	BELOW("address", parse_address, IP4),
	TOP("route", parse_route, IP4),
	BELOW("verify", parse_verify, IP4),
	TABLE_END,
};

static const struct keyword ipv6_words[] = {
	BELOW("address", parse_address, IP6),
	TOP("route", parse_route, IP6),
	{ "nd", config_nd_words, NULL, 0, BLOCK_INTERFACE },
	BELOW("verify", parse_verify, IP6),
	TABLE_END,
};

static const struct keyword no_ip_words[] = {
	BELOW("verify", parse_no_verify, IP4),
	TABLE_END,
};

static const struct keyword no_ipv6_words[] = {
	{ "nd", config_no_nd_words, NULL, 0, BLOCK_INTERFACE },
	BELOW("verify", parse_no_verify, IP6),
	TABLE_END,
};

static const struct keyword no_words[] = {
	BELOW("shutdown", parse_shutdown, false),
	{ "ip", no_ip_words, NULL, 0, BLOCK_INTERFACE },
	{ "ipv6", no_ipv6_words, NULL, 0, BLOCK_INTERFACE },
	TABLE_END,
};

static const struct keyword management_words[] = {
	TOP("interface", run_management, 0),
	TABLE_END,
};

static const struct keyword poll_words[] = {
	TOP("adaptive", run_poll, POLL_ADAPTIVE),
	TOP("busy", run_poll, POLL_BUSY),
	TABLE_END,
};

static const struct keyword service_words[] = {
	TOP("http", run_http, 0),
	TOP("https", run_https, 0),
	TABLE_END,
};

static const struct keyword log_words[] = {
	TOP("host", run_log_host, 0),
	TABLE_END,
};

#define PUNT_WORD(symbol, name, help) EITHER(name, parse_punt_limit, symbol),

static const struct keyword punt_words[] = {
	/* clang-format off */
	PUNT_REASONS(PUNT_WORD)
	TABLE_END,
	/* clang-format on */
};

static const struct keyword icmp_words[] = {
	EITHER("rate-limit", parse_icmp_limit, 0),
	TABLE_END,
};

static const struct keyword statements[] = {
	BELOW("description", parse_description, 0),
	BELOW("mtu", parse_mtu, 0),
	BELOW("ring", parse_ring, 0),
	BELOW("shutdown", parse_shutdown, true),
	{ "no", no_words, NULL, 0, BLOCK_INTERFACE },
	BRANCH("ip", ip_words),
	BRANCH("ipv6", ipv6_words),
	BRANCH("icmp", icmp_words),
	TOP("hostname", run_hostname, 0),
	TOP("interface", parse_interface, 0),
	TOP("neighbor", run_neighbor, 0),
	TOP("routes", run_routes, 0),
	BRANCH("management", management_words),
	BRANCH("poll", poll_words),
	BRANCH("punt-limit", punt_words),
	BRANCH("service", service_words),
	TOP("username", run_username, 0),
	BRANCH("log", log_words),
	TOP("exit", run_nothing, 0),
	TOP("end", run_nothing, 0),
	TABLE_END,
};

/* 0, -EINVAL with the line's error noted, or -ENOMEM. */
static int
parse_line(struct parser *p)
{
	struct lexer start = p->lx;
	struct word w = lex_word(&p->lx);
	const struct keyword *k;
	int error;

	if (w.len == 0)
		return 0;
	p->lx = start;
	k = parse_keywords(p, statements);
	if (k == NULL)
		return -EINVAL;
	if (k->block == BLOCK_NONE)
		p->block = BLOCK_NONE;
	error = k->run(p, k->arg);
	if (error)
		return error;
	w = lex_word(&p->lx);
	return w.len == 0 ? 0 : parse_expected(p, &w, "end of line");
}

/* 0 or -ENOMEM. Errors are noted. */
static int
parse_lines(struct parser *p, const char *text, size_t size)
{
	int error = 0;

	memset(p->errors, 0, sizeof(*p->errors));
	config_clear(p->config);
	lex_init(&p->lx, text, size);
	while (error != -ENOMEM && lex_line(&p->lx))
		error = parse_line(p);
	return error == -ENOMEM ? error : 0;
}

int
config_preview(const char *text, size_t size, struct config *out)
{
	static const struct config_world unknown;
	struct config_errors *errors = malloc(sizeof(*errors));
	struct parser p = {
		.file = "",
		.world = &unknown,
		.config = out,
		.errors = errors,
	};
	int error;

	if (errors == NULL)
		return -ENOMEM;
	error = parse_lines(&p, text, size);
	if (error)
		config_free(out);
	free(errors);
	return error;
}

int
config_parse(const char *file, const char *text, size_t size,
    const struct config_world *world, struct config *out,
    struct config_errors *errors)
{
	struct parser p = {
		.file = file,
		.world = world,
		.config = out,
		.errors = errors,
	};
	int error = parse_lines(&p, text, size);

	if (!error) {
		config_check(out, world, file, errors);
		error = errors->count == 0 ? 0 : -EINVAL;
	}
	if (error)
		config_free(out);
	return error;
}
