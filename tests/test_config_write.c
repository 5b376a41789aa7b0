/* SPDX-License-Identifier: MPL-2.0 */
#include "config_write.h"
#include "config_file.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OURS "{\"id\": 1, \"subnet\": \"10.0.0.0/24\", \"user-context\": {\"netbox_prefix_id\": 1}}"
#define FOREIGN "{\"id\": 77, \"subnet\": \"10.7.0.0/24\"}"
#define CONFIG(subnets) "{\"Dhcp4\": {\"subnet4\": [" subnets "]}}"

static char path[] = "/tmp/nbk-write-XXXXXX";
static struct nbk_error err;

static void
hold(const char *text)
{
	FILE *out = fopen(path, "w");

	ck_assert_int_ge(fputs(text, out), 0);
	ck_assert_int_eq(fclose(out), 0);
	said_forget();
}

static void
start(void)
{
	strcpy(path + sizeof(path) - 7, "XXXXXX");
	close(mkstemp(path));
}

/* How many copies there are, removing them. */
static unsigned
copies(void)
{
	char pattern[64];
	glob_t found;
	unsigned count;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s.*", path);
	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (i = 0; i < found.gl_pathc; i++)
		unlink(found.gl_pathv[i]);
	count = (unsigned)found.gl_pathc;
	globfree(&found);
	return count;
}

static void
stop(void)
{
	copies();
	unlink(path);
	said_forget();
}

static void
write_config_of(uint8_t family, const char *config)
{
	nbk_error_clear(&err);
	ck_assert_msg(nbk_config_write(path, config, nbk_family(family), said_log(), &err) == 0, "%s", err.text);
}

static void
write_config(const char *config)
{
	write_config_of(4, config);
}

/* New: what the file has. */
static char *
content(void)
{
	struct nbk_config_file file;
	char *text;

	ck_assert_int_eq(nbk_config_file_read(&file, path, NULL), 0);
	text = nbk_buf_take(&file.text);
	nbk_config_file_clear(&file);
	return text;
}

START_TEST(test_file_has_the_same_content_in_a_form_for_people)
{
	static const char config[] = "{\"Dhcp4\":{\"a\":[1,2.50,true,null],\"b\":\"größe 名 \\\"/\\\\\\u0001\"}}";
	struct json_object *given = json(config), *written;
	char *text;

	write_config(config);
	text = content();
	written = json(text);
	ck_assert(json_object_equal(given, written));
	assert_has(text, "\n  \"Dhcp4\": {\n    \"a\": [\n");
	/* Kea's reader refuses escapes above 00ff. */
	assert_has(text, "größe 名 \\\"/\\\\\\u0001");
	ck_assert_int_eq(text[strlen(text) - 1], '\n');
	json_object_put(given);
	json_object_put(written);
	free(text);
}
END_TEST

START_TEST(test_equal_file_is_not_touched)
{
	write_config(CONFIG(OURS));
	ck_assert_uint_eq(said("NETBOX_WRITTEN"), 1);
	write_config(CONFIG(OURS));
	ck_assert_uint_eq(said("NETBOX_WRITTEN"), 1);
}
END_TEST

static void
assert_copied_of(uint8_t family, const char *before, const char *config, bool expected)
{
	hold(before);
	write_config_of(family, config);
	ck_assert_msg(copies() == (expected ? 1 : 0) && said("NETBOX_COPIED ") == (expected ? 1 : 0), "%s", before);
}

static void
assert_copied(const char *before, const char *config, bool expected)
{
	assert_copied_of(4, before, config, expected);
}

START_TEST(test_copy_where_something_would_be_lost)
{
	assert_copied(CONFIG(FOREIGN), CONFIG(OURS), true);
	assert_copied("{\"Dhcp4\": {\"shared-networks\": [{\"name\": \"n\", \"subnet4\": [" FOREIGN "]}]}}", CONFIG(OURS), true);
	/* Of the same prefix, but from NetBox. */
	assert_copied(CONFIG("{\"id\": 1, \"subnet\": \"10.0.0.0/24\"}"), CONFIG(OURS), true);
	assert_copied("{\"Dhcp4\": { # mine\n \"subnet4\": []}}", CONFIG(OURS), true);
	assert_copied("{\"Dhcp4\": { // mine\n \"subnet4\": []}}", CONFIG(OURS), true);
	assert_copied("{\"Dhcp4\": { /* mine */ \"subnet4\": []}}", CONFIG(OURS), true);
	assert_copied("{\"Dhcp4\": { \"subnet4\": [<?include \"/etc/subnets\"?>]}}", CONFIG(OURS), true);
	assert_copied("half an edit", CONFIG(OURS), true);
}
END_TEST

START_TEST(test_no_copy_where_all_stays_or_was_ours)
{
	assert_copied(CONFIG(FOREIGN), CONFIG(FOREIGN "," OURS), false);
	assert_copied(CONFIG(OURS), CONFIG(""), false);
	assert_copied("{\"Dhcp4\": {\"boot-file-name\": \"http://a/b#c\", \"x\": \"\\\"#\", \"subnet4\": []}}", CONFIG(OURS), false);
}
END_TEST

#define DELEGATING(pools)                                                                                             \
	"{\"Dhcp6\": {\"subnet6\": [{\"id\": 1, \"subnet\": \"2001:db8:1::/64\", \"user-context\": {\"netbox_prefix_id\": 1}," \
	"\"pd-pools\": [" pools "]}]}}"
#define PD_POOL(prefix) "{\"prefix\": \"" prefix "\", \"prefix-len\": 48, \"delegated-len\": 56}"
#define PD_POOL_OF_OURS "{\"prefix\": \"2001:db8:f::\", \"prefix-len\": 48, \"delegated-len\": 56, \"user-context\": {\"netbox_prefix_id\": 2}}"

START_TEST(test_copy_where_a_pd_pool_would_be_lost)
{
	assert_copied_of(6, DELEGATING(PD_POOL("2001:db8:e::")), DELEGATING(""), true);
	assert_copied_of(6, DELEGATING(PD_POOL("2001:db8:e::")), DELEGATING(PD_POOL("2001:db8:d::")), true);
	/* Of the same prefix, but from NetBox. */
	assert_copied_of(6, DELEGATING(PD_POOL("2001:db8:f::")), DELEGATING(PD_POOL_OF_OURS), true);
	assert_copied_of(6, DELEGATING(PD_POOL("2001:db8:e::")), DELEGATING(PD_POOL_OF_OURS "," PD_POOL("2001:db8:e::")), false);
	assert_copied_of(6, DELEGATING(PD_POOL_OF_OURS), DELEGATING(""), false);
}
END_TEST

START_TEST(test_failure_is_said_by_the_error)
{
	ck_assert_int_lt(nbk_config_write(NULL, CONFIG(OURS), nbk_family(4), said_log(), &err), 0);
	assert_has(err.text, "-c");
	nbk_error_clear(&err);
	ck_assert_int_lt(nbk_config_write("/dev/null", CONFIG(OURS), nbk_family(4), said_log(), &err), 0);
	assert_has(err.text, "/dev/null");
	ck_assert_uint_eq(said("NETBOX_"), 0);
}
END_TEST

Suite *
suite_config_write(void)
{
	Suite *suite = suite_create("config_write");
	TCase *tcase = tcase_create("config_write");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_file_has_the_same_content_in_a_form_for_people);
	tcase_add_test(tcase, test_equal_file_is_not_touched);
	tcase_add_test(tcase, test_copy_where_something_would_be_lost);
	tcase_add_test(tcase, test_no_copy_where_all_stays_or_was_ours);
	tcase_add_test(tcase, test_copy_where_a_pd_pool_would_be_lost);
	tcase_add_test(tcase, test_failure_is_said_by_the_error);
	suite_add_tcase(suite, tcase);
	return suite;
}
