/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `ip verify unicast source reachable-via` and its IPv6 twin, read and written
 * back: which sources an interface takes (net/verify.h). The words are those
 * that Cisco's routers made usual.
 */
#include <errno.h>

#include "control/config_private.h"
#include "net/iface.h"

static void
verify_set(struct parser *p, int family, uint8_t how)
{
	uint32_t shift = verify_shift((uint8_t)family);
	uint8_t *verify;

	if (p->iface == NULL)
		return;
	verify = &p->iface->verify;
	*verify = (uint8_t)((*verify & ~(VERIFY_BITS << shift)) | how << shift);
}

/* rx | any [allow-default], from the word `w` on */
static int
parse_how(struct parser *p, const struct word *w, uint8_t *how)
{
	struct word option;

	if (w->len > 0 && word_abbreviates(w, "rx"))
		*how = VERIFY_RX;
	else if (w->len > 0 && word_abbreviates(w, "any"))
		*how = VERIFY_ANY;
	else
		return parse_expected(p, w, "rx or any");
	option = lex_word(&p->lx);
	if (option.len == 0)
		return 0;
	if (!word_abbreviates(&option, "allow-default"))
		return parse_expected(
		    p, &option, "allow-default or end of line");
	*how |= VERIFY_DEFAULT;
	return 0;
}

static bool
has_phrase(struct parser *p)
{
	return parse_keyword(p, "unicast") == 0 &&
	       parse_keyword(p, "source") == 0 &&
	       parse_keyword(p, "reachable-via") == 0;
}

int
parse_verify(struct parser *p, int family)
{
	struct word w;
	uint8_t how;

	if (!has_phrase(p))
		return -EINVAL;
	w = lex_word(&p->lx);
	if (parse_how(p, &w, &how))
		return -EINVAL;
	verify_set(p, family, how);
	return 0;
}

/* What stands behind the phrase may be said here, too. */
int
parse_no_verify(struct parser *p, int family)
{
	struct word w;
	uint8_t how;

	if (!has_phrase(p))
		return -EINVAL;
	w = lex_word(&p->lx);
	if (w.len > 0 && parse_how(p, &w, &how))
		return -EINVAL;
	verify_set(p, family, 0);
	return 0;
}

static void
put_one(struct sink *s, const char *keyword, uint8_t how)
{
	if (how == 0)
		return;
	put(s, "\n ");
	put(s, keyword);
	put(s, " verify unicast source reachable-via ");
	put(s, how & VERIFY_RX ? "rx" : "any");
	if (how & VERIFY_DEFAULT)
		put(s, " allow-default");
}

void
put_verify(struct sink *s, uint8_t verify)
{
	put_one(s, "ip", verify_of(verify, IP4));
	put_one(s, "ipv6", verify_of(verify, IP6));
}
