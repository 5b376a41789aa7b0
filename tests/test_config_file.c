/* SPDX-License-Identifier: MPL-2.0 */
#include "config_file.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define NOBODY 65534

static char folder[] = "/tmp/nbk-config-XXXXXX";
static char path[64];
static struct nbk_error err;

/* What was synced and renamed, in order; the linker hands the core's calls to these (-Wl,--wrap). */
static char done[256];

static void
note(const char *what)
{
	strncat(done, what, sizeof(done) - strlen(done) - 1);
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
	struct stat stat;

	note(fstat(fd, &stat) == 0 && S_ISDIR(stat.st_mode) ? " folder" : " file");
	return __real_fsync(fd);
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int
__wrap_rename(const char *from, const char *to)
{
	note(" rename");
	return __real_rename(from, to);
}

static void
put(const char *to, const char *text)
{
	FILE *out = fopen(to, "w");

	ck_assert_ptr_nonnull(out);
	ck_assert_int_ge(fputs(text, out), 0);
	ck_assert_int_eq(fclose(out), 0);
}

static void
start(void)
{
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/kea.conf", folder);
	put(path, "old");
	nbk_error_clear(&err);
}

/* How many names there are, removing them. */
static unsigned
empty(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned count = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL)
		count += unlinkat(dirfd(dir), entry->d_name, 0) == 0;
	closedir(dir);
	return count;
}

static void
stop(void)
{
	empty();
	ck_assert_int_eq(rmdir(folder), 0);
}

static int
replace(const char *text, char **copy)
{
	struct nbk_config_file file;
	int result = nbk_config_file_read(&file, path, &err);

	if (result < 0)
		return -1;
	result = nbk_config_file_replace(&file, text, copy, &err);
	nbk_config_file_clear(&file);
	return result;
}

static void
assert_holds(const char *name, const char *text)
{
	struct nbk_config_file file;

	ck_assert_int_eq(nbk_config_file_read(&file, name, NULL), 0);
	ck_assert_str_eq(nbk_buf_text(&file.text), text);
	nbk_config_file_clear(&file);
}

/* The words are parted by spaces here. */
static void
assert_path(const char *line, const char *expected)
{
	char words[128], *found;
	size_t length = strlen(line), i;
	FILE *in;

	for (i = 0; i <= length; i++)
		words[i] = line[i] == ' ' ? '\0' : line[i];
	in = fmemopen(words, length + 1, "r");
	found = nbk_config_file_path(in, "/here");
	fclose(in);
	if (expected == NULL)
		ck_assert_msg(found == NULL, "%s: %s", line, found);
	else
		ck_assert_str_eq(found, expected);
	free(found);
}

START_TEST(test_path_is_the_one_that_kea_reads)
{
	assert_path("kea-dhcp4 -c /etc/kea/kea.conf", "/etc/kea/kea.conf");
	assert_path("kea-dhcp4 -d -c kea.conf", "/here/kea.conf");
	assert_path("kea-dhcp4 -c/a", "/a");
	assert_path("kea-dhcp4 -dc /a -p 6767", "/a");
	assert_path("kea-dhcp4 -p 67 -c /a -P -c", "/a");
	assert_path("kea-dhcp4 -c /a -c /b", "/b");
	assert_path("kea-dhcp4 -p -c /a", NULL);
	assert_path("kea-dhcp4 -c", NULL);
	assert_path("kea-dhcp4 -- -c /a", NULL);
	assert_path("-c /a", NULL);
	assert_path("kea-dhcp4", NULL);
}
END_TEST

START_TEST(test_replace_leaves_the_new_text_and_nothing_else)
{
	ck_assert_int_eq(replace("new", NULL), 0);
	assert_holds(path, "new");
	ck_assert_uint_eq(empty(), 1);
}
END_TEST

START_TEST(test_each_step_is_on_the_disk_before_the_next)
{
	struct nbk_config_file file;
	char *copy = NULL;

	ck_assert_int_eq(nbk_config_file_read(&file, path, &err), 0);
	done[0] = '\0';
	ck_assert_int_eq(nbk_config_file_replace(&file, "new", NULL, &err), 0);
	ck_assert_str_eq(done, " file rename folder");
	done[0] = '\0';
	ck_assert_int_eq(nbk_config_file_replace(&file, "newer", &copy, &err), 0);
	ck_assert_str_eq(done, " file file rename folder rename folder");
	free(copy);
	nbk_config_file_clear(&file);
}
END_TEST

START_TEST(test_replace_keeps_mode_and_owner)
{
	static const mode_t modes[] = { 0600, 0640, 0644, 0664, 0400 };
	struct stat stat_now;
	uid_t owner = geteuid() == 0 ? 1234 : geteuid();
	gid_t group = geteuid() == 0 ? 4321 : getegid();
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		chmod(path, modes[i]);
		ck_assert_int_eq(chown(path, owner, group), 0);
		ck_assert_msg(replace(i % 2 == 0 ? "a" : "b", NULL) == 0, "%s", err.text);
		ck_assert_int_eq(stat(path, &stat_now), 0);
		ck_assert_uint_eq(stat_now.st_mode & 07777, modes[i]);
		ck_assert_uint_eq(stat_now.st_uid, owner);
		ck_assert_uint_eq(stat_now.st_gid, group);
	}
}
END_TEST

START_TEST(test_replace_follows_a_link)
{
	char link[128];
	struct stat stat_now;

	snprintf(link, sizeof(link), "%s/link", folder);
	ck_assert_int_eq(symlink("kea.conf", link), 0);
	strcpy(path, link);
	ck_assert_int_eq(replace("new", NULL), 0);
	ck_assert_int_eq(lstat(link, &stat_now), 0);
	ck_assert(S_ISLNK(stat_now.st_mode));
	assert_holds(link, "new");
}
END_TEST

START_TEST(test_copy_is_the_old_text_and_as_hidden)
{
	char *copy = NULL;
	struct stat stat_now;

	chmod(path, 0600);
	ck_assert_int_eq(replace("new", &copy), 0);
	assert_holds(path, "new");
	assert_holds(copy, "old");
	ck_assert_ptr_eq(strstr(copy, path), copy);
	ck_assert_ptr_eq(strstr(copy, ".before-netbox.2"), copy + strlen(path));
	ck_assert_int_eq(stat(copy, &stat_now), 0);
	ck_assert_uint_eq(stat_now.st_mode & 07777, 0600);
	free(copy);
	ck_assert_uint_eq(empty(), 2);
}
END_TEST

START_TEST(test_what_a_killed_process_left_is_removed_and_nothing_else)
{
	char name[128];

	snprintf(name, sizeof(name), "%s.netbox-unfinished.a1B2c3", path);
	put(name, "ha");
	snprintf(name, sizeof(name), "%s/kea-dhcp6.conf.netbox-unfinished.a1B2c3", folder);
	put(name, "another's");
	snprintf(name, sizeof(name), "%s.netbox-unfinished.of-mine", path);
	put(name, "the operator's");
	ck_assert_int_eq(replace("new", NULL), 0);
	ck_assert_uint_eq(empty(), 3);
}
END_TEST

/* As good as a full disk: the first bytes can be written, the rest can't. */
START_TEST(test_replace_that_runs_out_of_room_leaves_the_old)
{
	struct rlimit before, little = { 8, RLIM_INFINITY };
	char *copy = NULL;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	little.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &little);
	ck_assert_int_lt(replace("longer than eight bytes", &copy), 0);
	setrlimit(RLIMIT_FSIZE, &before);
	ck_assert_int_eq(err.code, NBK_ETEMP);
	assert_has(err.text, path);
	assert_has(err.text, "File too large");
	assert_has(err.text, "LimitFSIZE");
	assert_holds(path, "old");
	ck_assert_ptr_null(copy);
	ck_assert_uint_eq(empty(), 1);
}
END_TEST

/* The copy is what there is no room for. */
START_TEST(test_without_a_copy_there_is_no_replacing)
{
	struct rlimit before, little = { 8, RLIM_INFINITY };
	char *copy = NULL;

	put(path, "longer than eight bytes");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	little.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &little);
	ck_assert_int_lt(replace("new", &copy), 0);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_holds(path, "longer than eight bytes");
	ck_assert_ptr_null(copy);
	ck_assert_uint_eq(empty(), 1);
}
END_TEST

START_TEST(test_replace_without_permission_says_whose_to_give)
{
	uid_t user = geteuid();

	ck_assert_int_eq(chmod(folder, 0555), 0);
	if (user == 0)
		ck_assert_int_eq(seteuid(NOBODY), 0);
	ck_assert_int_lt(replace("new", NULL), 0);
	if (user == 0)
		ck_assert_int_eq(seteuid(0), 0);
	chmod(folder, 0700);
	assert_has(err.text, path);
	assert_has(err.text, "Permission denied");
	assert_has(err.text, "chgrp _kea");
	assert_has(err.text, "config-write");
	assert_holds(path, "old");
}
END_TEST

START_TEST(test_what_is_no_regular_file_is_refused)
{
	static const char *const paths[] = { "/dev/null", "/tmp" };
	int ends[2];
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		strcpy(path, paths[i]);
		nbk_error_clear(&err);
		ck_assert_int_lt(replace("new", NULL), 0);
		assert_has(err.text, "no regular file");
		assert_has(err.text, paths[i]);
	}
	/* /dev/stdin of a server that is fed by a pipe */
	ck_assert_int_eq(pipe(ends), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	nbk_error_clear(&err);
	ck_assert_int_lt(replace("new", NULL), 0);
	assert_has(err.text, "no regular file");
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(test_file_that_is_gone_is_named)
{
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_lt(replace("new", NULL), 0);
	assert_has(err.text, path);
	assert_has(err.text, "No such file");
	ck_assert_uint_eq(empty(), 0);
}
END_TEST

Suite *
suite_config_file(void)
{
	Suite *suite = suite_create("config_file");
	TCase *tcase = tcase_create("config_file");

	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_path_is_the_one_that_kea_reads);
	tcase_add_test(tcase, test_replace_leaves_the_new_text_and_nothing_else);
	tcase_add_test(tcase, test_each_step_is_on_the_disk_before_the_next);
	tcase_add_test(tcase, test_replace_keeps_mode_and_owner);
	tcase_add_test(tcase, test_replace_follows_a_link);
	tcase_add_test(tcase, test_copy_is_the_old_text_and_as_hidden);
	tcase_add_test(tcase, test_what_a_killed_process_left_is_removed_and_nothing_else);
	tcase_add_test(tcase, test_replace_that_runs_out_of_room_leaves_the_old);
	tcase_add_test(tcase, test_without_a_copy_there_is_no_replacing);
	tcase_add_test(tcase, test_replace_without_permission_says_whose_to_give);
	tcase_add_test(tcase, test_what_is_no_regular_file_is_refused);
	tcase_add_test(tcase, test_file_that_is_gone_is_named);
	suite_add_tcase(suite, tcase);
	return suite;
}
