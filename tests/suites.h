/* SPDX-License-Identifier: MPL-2.0 */
/* suites.h: every suite of unit tests, one a module. */
#ifndef NBK_SUITES_H
#define NBK_SUITES_H

#include <check.h>

Suite *suite_apply(void);
Suite *suite_backoff(void);
Suite *suite_buf(void);
Suite *suite_config(void);
Suite *suite_config_file(void);
Suite *suite_config_write(void);
Suite *suite_desired(void);
Suite *suite_engine(void);
Suite *suite_error(void);
Suite *suite_file(void);
Suite *suite_filter(void);
Suite *suite_golden(void);
Suite *suite_health(void);
Suite *suite_http_client(void);
Suite *suite_http_server(void);
Suite *suite_ip(void);
Suite *suite_json(void);
Suite *suite_kea_config(void);
Suite *suite_map(void);
Suite *suite_memory(void);
Suite *suite_model(void);
Suite *suite_netbox(void);
Suite *suite_option_data(void);
Suite *suite_options(void);
Suite *suite_page(void);
Suite *suite_plan(void);
Suite *suite_queue(void);
Suite *suite_render(void);
Suite *suite_reservation(void);
Suite *suite_state(void);
Suite *suite_sync(void);
Suite *suite_table(void);
Suite *suite_verdicts(void);
Suite *suite_webhook(void);

#endif
