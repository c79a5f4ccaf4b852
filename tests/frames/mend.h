/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the lengths and checksums of a frame right, so that what was changed
 * in it gets past the first checks.
 */
#ifndef TESTS_FRAMES_MEND_H
#define TESTS_FRAMES_MEND_H

#include <stdint.h>

void mend_frame(uint8_t *frame, uint16_t len);

#endif
