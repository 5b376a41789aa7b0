/* SPDX-License-Identifier: MPL-2.0 */
/* backoff.h: how long to wait before what failed is tried again. */
#ifndef NBK_BACKOFF_H
#define NBK_BACKOFF_H

#include <stdint.h>

/* Milliseconds after so many failures in a row, at least one: 1, 2, 4 … 60 s, by `chance` up to a quarter more or less, so that many
 * servers don't ask at once; never more than 60 s. */
int64_t nbk_backoff_ms(unsigned failures, uint32_t chance);

#endif
