/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the config parser share: the lexer, the parser's state,
 * argument readers, and the lists of errors.
 */
#ifndef CONTROL_CONFIG_PRIVATE_H
#define CONTROL_CONFIG_PRIVATE_H

#include <stdarg.h>

#include "control/config.h"

#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum { WORD_SHOW_MAX = 44 };

/* A word of a line. At the end of the line: empty, one byte past the text. */
struct word {
	const char *text;
	size_t len;
	uint32_t column;
};

struct lexer {
	const char *next, *end;      /* lines not yet read */
	const char *line, *line_end; /* this line, without its CR LF */
	const char *pos;             /* in this line: what is not yet read */
	const char *last;            /* end of the last word read */
	uint32_t number;             /* of this line */
};

/* Starts at the text's first line, behind a byte order mark. */
void lex_init(struct lexer *lx, const char *text, size_t size);

/* Goes to the next line; false at the end of the text. */
bool lex_line(struct lexer *lx);

/* The next word, or an empty one at a comment or the end of the line. */
struct word lex_word(struct lexer *lx);

/* The rest of the line without blanks at its ends; comments are text. */
struct word lex_rest(struct lexer *lx);

/* "text" in quotes, cut and made printable, or `end of line`. */
const char *word_show(const struct word *w, char out[WORD_SHOW_MAX]);

bool word_is(const struct word *w, const char *text);
/* Valid UTF-8 without control characters. */
bool word_is_text(const struct word *w);
bool word_abbreviates(const struct word *w, const char *keyword);

/* Copies the word with NUL; false when it does not fit into `size`. */
bool word_copy(const struct word *w, char *out, size_t size);

/* The lists of errors. Errors of one file are kept in order of line. */
void config_error_add(struct config_errors *errors, const char *file,
    struct config_at at, const char *fmt, ...) PRINTF_LIKE(4, 5);
void config_error_vadd(struct config_errors *errors, const char *file,
    struct config_at at, const char *fmt, va_list ap) PRINTF_LIKE(4, 0);
void config_warning_add(struct config_errors *errors, const char *file,
    struct config_at at, const char *fmt, ...) PRINTF_LIKE(4, 5);

enum block {
	BLOCK_NONE,      /* at the top */
	BLOCK_INTERFACE, /* below `interface` */
	BLOCK_EITHER,    /* of a keyword: anywhere, and it ends no block */
};

struct parser {
	struct lexer lx;
	const char *file;
	const struct config_world *world;
	struct config *config;
	struct config_errors *errors;
	enum block block;
	/* The interface of the block; NULL when its name was wrong: then
	 * its lines are checked but lead nowhere. */
	struct config_interface *iface;
};

/* A keyword of the grammar. Tables of them end with a NULL name. */
struct keyword {
	const char *name;
	const struct keyword *next; /* words that follow; NULL for a leaf */
	/* Of a leaf: reads the arguments. 0, -EINVAL (noted) or -ENOMEM. */
	int (*run)(struct parser *p, int arg);
	int arg;
	enum block block; /* BLOCK_NONE: anywhere, and it ends a block */
};

/* Reads keywords down to a leaf. NULL when an error was noted. */
const struct keyword *parse_keywords(
    struct parser *p, const struct keyword *table);

/* Notes an error at the word. Always -EINVAL, for `return parse_error(...)`. */
int parse_error(struct parser *p, const struct word *w, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* "expected WHAT, found WORD" */
int parse_expected(struct parser *p, const struct word *w, const char *what);

struct config_at word_at(const struct parser *p, const struct word *w);

/* Arguments: 0, or -EINVAL with the error noted. */
int parse_number(struct parser *p, const struct word *w, const char *what,
    uint32_t min, uint32_t max, uint32_t *out);
int parse_keyword(struct parser *p, const char *keyword);
/* The name of a port, or of a sub-interface of one. */
int parse_iface(
    struct parser *p, const struct word *w, char out[CONFIG_IFNAME_MAX]);
/* The VID in the name of an interface; 0 when it has none. */
uint16_t iface_vid(const char *iface);
/* A prefix without host bits: A.B.C.D/M, A.B.C.D MASK or X:X::X/M. */
int parse_prefix(struct parser *p, uint8_t family, struct ip_prefix *out);
/* Address and length with host bits, fit for an interface. */
int parse_interface_address(struct parser *p, const struct word *w,
    uint8_t family, struct config_address *out);
int parse_mac(struct parser *p, const struct word *w, uint8_t mac[ETH_ALEN]);
/* Refuses a prefix with host bits set, and says which one has none. */
int parse_no_host_bits(
    struct parser *p, const struct word *w, struct ip_prefix *prefix);
/* A unicast address of that family (0: any). `what`: "a gateway", ... */
int parse_host(struct parser *p, const struct word *w, uint8_t family,
    const char *what, struct ip_addr *out);

/* Warns that this line's statement has no effect in this version. */
void parse_no_effect(struct parser *p, const char *statement);

/* Statements of interfaces; `arg` is the keyword's. */
int parse_interface(struct parser *p, int arg);
int parse_description(struct parser *p, int arg);
int parse_address(struct parser *p, int family);
int parse_mtu(struct parser *p, int arg);
int parse_ring(struct parser *p, int arg);
/* Refuses what a port has, and a sub-interface has not. */
int parse_port_only(struct parser *p, const struct word *w);
int parse_shutdown(struct parser *p, int down);
/* config_verify.c: what follows `verify`. */
int parse_verify(struct parser *p, int family);
int parse_no_verify(struct parser *p, int family);

/* What follows `ipv6 nd`, and `no ipv6 nd`. */
extern const struct keyword config_nd_words[];
extern const struct keyword config_no_nd_words[];
/* config_nd_check.c: what the block as a whole must hold; `mtu` is in force. */
void config_nd_check(const struct config_interface *iface, uint16_t mtu,
    const char *file, struct config_errors *errors);

/* Limits of punts and ICMP errors; `reason` is enum punt_reason. */
int parse_punt_limit(struct parser *p, int reason);
int parse_icmp_limit(struct parser *p, int arg);

/* `ip route` and `ipv6 route`. */
int parse_route(struct parser *p, int family);

/* NULL when there is none. */
const struct port *world_port(
    const struct config_world *world, const char *name, size_t len);

/* The same of the port that an interface is, or is on. */
const struct port *world_port_of(
    const struct config_world *world, const char *iface, size_t len);

/* The bytes of an interface's name that are its port's. */
size_t iface_port_length(const char *iface, size_t len);

/* The largest MTU a port can be given; that of any port for NULL. */
uint16_t port_mtu_max(const struct port *port);

/* The largest MTU that the buffers of this boot hold; before they are made, or
 * for NULL, any. */
uint32_t port_mtu_room(const struct port *port);

/*
 * Grows the array by one zeroed element and returns that, or NULL. The room of
 * an array is its count rounded up to a power of two.
 */
void *array_add(void *array_pointer, uint32_t *count, size_t element);

/* Text being written: counts all, writes what fits. */
struct sink {
	char *out;
	size_t size;
	size_t len;
};
void put(struct sink *s, const char *text);
void put_number(struct sink *s, uint32_t v);
void put_addr(struct sink *s, const struct ip_addr *a);
void put_prefix(struct sink *s, const struct ip_addr *a, uint8_t len);
/* config_nd_render.c: the lines of `ipv6 nd`, each behind a newline. */
void put_nd(struct sink *s, const struct config_nd *nd);
/* config_verify.c: likewise. */
void put_verify(struct sink *s, uint8_t verify);

/* Sets what a config without any line says. */
void config_clear(struct config *c);

/* Adds an interface; NULL when memory ran out. */
struct config_interface *config_interface_add(
    struct config *c, const char *name);

/*
 * Why an address cannot be a host's, as in "a multicast address"; NULL when
 * it can.
 */
const char *ip_addr_fault(const struct ip_addr *a);

/* The network an address with length lies in. */
struct ip_prefix config_address_network(const struct config_address *a);

/* False for the short networks of RFC 3021 and RFC 6164 and for hosts. */
bool config_address_is_network(const struct config_address *a);
bool config_address_is_broadcast(const struct config_address *a);

/* What can only be judged when the whole text was read. */
void config_check(const struct config *config, const struct config_world *world,
    const char *file, struct config_errors *errors);

#endif
