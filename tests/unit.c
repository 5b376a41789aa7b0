/* SPDX-License-Identifier: MPL-2.0 */
/* unit.c: runs every suite; with the name of a suite as argument, only that one. */
#include "suites.h"

#include <stdlib.h>

static Suite *(*const suites[])(void) = {
	suite_apply,
	suite_backoff,
	suite_buf,
	suite_config,
	suite_config_file,
	suite_config_write,
	suite_desired,
	suite_engine,
	suite_error,
	suite_file,
	suite_filter,
	suite_golden,
	suite_health,
	suite_http_client,
	suite_http_server,
	suite_ip,
	suite_json,
	suite_kea_config,
	suite_map,
	suite_memory,
	suite_model,
	suite_netbox,
	suite_option_data,
	suite_options,
	suite_page,
	suite_plan,
	suite_queue,
	suite_render,
	suite_reservation,
	suite_state,
	suite_sync,
	suite_table,
	suite_verdicts,
	suite_webhook,
};

int
main(int argc, char **argv)
{
	SRunner *runner = srunner_create(NULL);
	size_t i;
	int failed;

	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run(runner, argc > 1 ? argv[1] : NULL, NULL, CK_ENV);
	failed = srunner_ntests_failed(runner);
	/* A run of no test is no good run. */
	if (srunner_ntests_run(runner) == 0)
		failed = 1;
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
