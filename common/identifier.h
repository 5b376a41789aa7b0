/* SPDX-License-Identifier: MPL-2.0 */
/* identifier.h: who a client is, as Kea writes it, from what NetBox or Kea's configuration has. Pure. */
#ifndef NBK_IDENTIFIER_H
#define NBK_IDENTIFIER_H

/* New: a MAC in any of its forms (colons, hyphens, Cisco's dots, bare) as "02:00:00:00:00:01". NULL: it is none, or no memory. */
char *nbk_identifier_mac(const char *text);

/* New: a DUID in any of its forms (colons, hyphens, bare), two digits a byte, as "00:01:ab". NULL: it is none, it has more than 128
 * bytes, or no memory. */
char *nbk_identifier_duid(const char *text);

/* New: an identifier of a reservation, "01:02:ab" for all texts that Kea reads as these bytes; of a hw-address as nbk_identifier_mac.
 * NULL: it is none, or no memory. */
char *nbk_identifier_text(const char *key, const char *text);

#endif
