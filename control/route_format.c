/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a route file is, by its first bytes.
 */
#include <string.h>

#include "control/route_private.h"

/* Other ways to pack a file, by their first bytes. */
static const struct packer {
	const char *magic;
	const char *fault;
} packers[] = {
	{ "BZh", "is packed by bzip2; expected text, MRT or gzip" },
	{ "\xfd"
	  "7zXZ",
	    "is packed by xz; expected text, MRT or gzip" },
	{ "\x28\xb5\x2f\xfd", "is packed by zstd; expected text, MRT or gzip" },
	{ "PK\x03\x04", "is a zip file; expected text, MRT or gzip" },
};

static bool
begins_with(const uint8_t *data, size_t size, const char *magic)
{
	size_t len = strlen(magic);

	return size >= len && memcmp(data, magic, len) == 0;
}

/* RFC 6396 4: all types there are, for telling MRT from text. */
static bool
is_type(uint16_t type)
{
	return (type >= 11 && type <= 13) || type == 16 || type == 17 ||
	       type == 32 || type == 33 || type == 48 || type == 49;
}

static bool
is_mrt(const uint8_t *data, size_t size)
{
	return size >= MRT_HEADER_SIZE && is_type(be16_load(data + 4)) &&
	       data[6] == 0 && data[7] < 32;
}

/* Text has no control characters but blanks and ends of lines. */
static bool
is_text(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] < '\t' || (data[i] > '\r' && data[i] < ' '))
			return false;
	return true;
}

const char *
route_format_find(const uint8_t *data, size_t size, enum route_format *format)
{
	if (size > ROUTE_START)
		size = ROUTE_START;
	*format = ROUTE_FORMAT_MRT;
	if (is_mrt(data, size))
		return NULL;
	*format = ROUTE_FORMAT_TEXT;
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (begins_with(data, size, packers[i].magic))
			return packers[i].fault;
	return is_text(data, size) ? NULL : "is neither text nor MRT nor gzip";
}

const char *
route_file_fault(const struct file *file)
{
	const uint8_t *data = (const uint8_t *)file->data;
	enum route_format format;

	if (begins_with(data, file->size, "\x1f\x8b"))
		return NULL;
	return route_format_find(data, file->size, &format);
}
