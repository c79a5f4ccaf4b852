/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The police: a rule of the datasheet that a driver broke becomes one record,
 * with the section it stands in.
 */
#include "tests/82599/control.h"

#include <stdarg.h>
#include <stdio.h>

void
violate(struct i82599 *m, const char *section, const char *format, ...)
{
	char text[160];
	va_list args;

	if (!m->config.strict)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	m->violations++;
	m->ops->violation(m->ctx, section, text);
}

uint32_t
i82599_violations(const struct i82599 *m)
{
	return m->violations;
}
