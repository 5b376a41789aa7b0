/* SPDX-License-Identifier: MPL-2.0 */
/* suites.h: every suite of unit tests, one a module. */
#ifndef NBK_SUITES_H
#define NBK_SUITES_H

#include <check.h>

Suite *suite_http_client(void);
Suite *suite_http_server(void);
Suite *suite_queue(void);
Suite *suite_webhook(void);

#endif
