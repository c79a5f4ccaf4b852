/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of the MADT's processors are to be woken. Pure.
 */
#include "kernel/lapic.h"
#include "kernel/smp.h"

/* What a broadcast goes to; firmware marks unused entries with it. */
static bool
is_name(uint32_t id, bool wide)
{
	return wide ? id != UINT32_MAX : id <= LAPIC_ID_MAX;
}

uint32_t
smp_select(const struct acpi_info *info, uint32_t self, bool wide,
    uint32_t out[SMP_MAX], uint32_t *left_out)
{
	uint32_t i, n = 0;

	*left_out = 0;
	out[n++] = self;
	for (i = 0; i < info->cpu_count; i++) {
		if (info->cpu_apic_id[i] == self)
			continue;
		if (n == SMP_MAX || !is_name(info->cpu_apic_id[i], wide))
			(*left_out)++;
		else
			out[n++] = info->cpu_apic_id[i];
	}
	return n;
}
