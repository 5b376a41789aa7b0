/* SPDX-License-Identifier: MPL-2.0 */
#include "config_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Behind the file's own name, so that a rule for "kea-dhcp4.conf*" lets all of them pass. */
#define UNFINISHED ".netbox-unfinished."
#define RANDOM "XXXXXX"
#define COPY ".before-netbox."

/* The last option of a word is one with a value: the value, NULL where it is the next word. *option: 0 where there is none. */
static const char *
option_value(const char *word, char *option)
{
	*option = '\0';
	if (word[0] != '-' || word[1] == '-')
		return NULL;
	for (word++; *word != '\0'; word++)
		if (strchr("cpPtT", *word) != NULL) {
			*option = *word;
			return word[1] == '\0' ? NULL : word + 1;
		}
	return NULL;
}

/* New: NULL is out of memory. */
static char *
absolute(const char *path, const char *folder)
{
	char *made;

	if (path[0] == '/')
		return strdup(path);
	return asprintf(&made, "%s/%s", folder, path) < 0 ? NULL : made;
}

char *
nbk_config_file_path(FILE *words, const char *folder)
{
	char *word = NULL, *path = NULL, option = '\0';
	size_t size = 0;
	bool program = true;

	for (; getdelim(&word, &size, '\0', words) > 0; program = false) {
		const char *value = word;

		if (program)
			continue;
		if (option == '\0') {
			if (strcmp(word, "--") == 0)
				break;
			value = option_value(word, &option);
		}
		if (value == NULL)
			continue;
		if (option == 'c') {
			free(path);
			path = absolute(value, folder);
		}
		option = '\0';
	}
	free(word);
	return path;
}

/* What the operator can do about it. */
static const char *
remedy(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "let Kea's user write in its folder (chgrp _kea, chmod g+w), and Kea's AppArmor profile write files of this name with an ending";
	case EROFS:
		return "mount it writable";
	case ENOSPC:
	case EDQUOT:
		return "make room on its file system";
	case EFBIG:
		return "raise Kea's limit of a file's size (LimitFSIZE, ulimit -f)";
	case EBUSY:
		return "it is a mount of its own: mount its folder instead";
	default:
		return "mend that";
	}
}

static int
fail(struct nbk_error *err, const char *what, const char *path)
{
	int error = errno;

	if (error == ENOMEM)
		return nbk_error_nomem(err);
	return nbk_error_set(err, NBK_ETEMP, "can't %s %s: %s; %s, or set config-write to false", what, path, strerror(error), remedy(error));
}

static int
read_all(struct nbk_buf *text, int fd)
{
	char bytes[16384];
	ssize_t length;

	while ((length = read(fd, bytes, sizeof(bytes))) > 0)
		nbk_buf_add(text, bytes, (size_t)length);
	if (length == 0 && text->failed)
		errno = ENOMEM;
	return length < 0 || text->failed ? -1 : 0;
}

int
nbk_config_file_read(struct nbk_config_file *file, const char *path, struct nbk_error *err)
{
	int fd = -1;

	memset(file, 0, sizeof(*file));
	nbk_buf_init(&file->text, NBK_BUF_UNBOUND);
	/* Asked before anything is opened: /dev/stdin's pipe has no path, and what is no file may be waited for for ever. */
	if (stat(path, &file->stat) == 0 && !S_ISREG(file->stat.st_mode))
		return nbk_error_set(err, NBK_ETEMP, "can't write %s: it is no regular file; give Kea one (-c), or set config-write to false", path);
	file->path = realpath(path, NULL);
	if (file->path != NULL)
		fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && fstat(fd, &file->stat) == 0 && read_all(&file->text, fd) == 0) {
		close(fd);
		return 0;
	}
	fail(err, "read", path);
	if (fd >= 0)
		close(fd);
	nbk_config_file_clear(file);
	return -1;
}

void
nbk_config_file_clear(struct nbk_config_file *file)
{
	free(file->path);
	file->path = NULL;
	nbk_buf_clear(&file->text);
}

/* New: the folder that the file is in. */
static char *
folder_of(const char *path)
{
	size_t length = (size_t)(strrchr(path, '/') - path);

	return strndup(path, length == 0 ? 1 : length);
}

/* Of a process that was killed while it wrote. What can't be removed stays. */
static void
remove_unfinished(const char *path, const char *folder)
{
	const char *name = strrchr(path, '/') + 1;
	size_t length = strlen(name);
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, name, length) == 0 &&
		    strncmp(entry->d_name + length, UNFINISHED, strlen(UNFINISHED)) == 0 &&
		    strlen(entry->d_name + length) == strlen(UNFINISHED RANDOM))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
}

/* Mode and owner of the file that was there. Where its group can't be had, the new one's group may do no more than anyone. */
static int
keep_access(int fd, const struct stat *old)
{
	mode_t mode = old->st_mode & 0777;

	if (fchown(fd, old->st_uid, old->st_gid) < 0 && fchown(fd, (uid_t)-1, old->st_gid) < 0)
		mode &= ~(mode_t)070 | (mode & 07) << 3;
	return fchmod(fd, mode);
}

static int
write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, text, length);

		if (written < 0)
			return -1;
		text += written;
		length -= (size_t)written;
	}
	return 0;
}

/* New: the path of a text that is on the disk beside the file, with its mode and owner, under a name that nobody else can have. */
static char *
write_beside(const struct nbk_config_file *file, const char *text, size_t length, struct nbk_error *err)
{
	char *path;
	int fd, result, error;

	if (asprintf(&path, "%s" UNFINISHED RANDOM, file->path) < 0) {
		nbk_error_nomem(err);
		return NULL;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0) {
		fail(err, "write beside", file->path);
		free(path);
		return NULL;
	}
	result = write_all(fd, text, length) == 0 && keep_access(fd, &file->stat) == 0 && fsync(fd) == 0 ? 0 : -1;
	error = errno;
	if (close(fd) == 0 && result == 0)
		return path;
	if (result < 0)
		errno = error;
	fail(err, "write beside", file->path);
	unlink(path);
	free(path);
	return NULL;
}

/* Makes names last. Not every file system knows how. */
static int
sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result, error;

	if (fd < 0)
		return -1;
	result = fsync(fd);
	error = errno;
	close(fd);
	errno = error;
	return result < 0 && error != EINVAL && error != ENOTSUP ? -1 : 0;
}

/* New: the file's path with the time behind it. */
static char *
copy_name(const char *path, struct nbk_error *err)
{
	time_t now = time(NULL);
	char stamp[32], *name;
	struct tm utc;

	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
	if (asprintf(&name, "%s" COPY "%s", path, stamp) < 0) {
		nbk_error_nomem(err);
		return NULL;
	}
	if (access(name, F_OK) < 0)
		return name;
	/* One of the same second is the older, and so the better. */
	errno = EEXIST;
	fail(err, "write", name);
	free(name);
	return NULL;
}

/* New: the path of a copy of what was read. */
static char *
copy_beside(const struct nbk_config_file *file, const char *folder, struct nbk_error *err)
{
	char *copy = copy_name(file->path, err), *made = NULL;

	if (copy != NULL)
		made = write_beside(file, nbk_buf_text(&file->text), file->text.length, err);
	if (made != NULL && rename(made, copy) == 0 && sync_folder(folder) == 0) {
		free(made);
		return copy;
	}
	if (made != NULL) {
		fail(err, "write", copy);
		unlink(made);
		unlink(copy);
	}
	free(made);
	free(copy);
	return NULL;
}

/* The copy is not wanted where the file is still there. */
static void
drop_copy(char **copy)
{
	if (copy == NULL)
		return;
	unlink(*copy);
	free(*copy);
	*copy = NULL;
}

int
nbk_config_file_replace(const struct nbk_config_file *file, const char *text, char **copy, struct nbk_error *err)
{
	char *folder = folder_of(file->path), *made;
	int result = -1;

	if (folder == NULL)
		return nbk_error_nomem(err);
	remove_unfinished(file->path, folder);
	/* The copy comes second: on a disk that is full by then there would be one more at each try. */
	made = write_beside(file, text, strlen(text), err);
	if (made != NULL && copy != NULL && (*copy = copy_beside(file, folder, err)) == NULL) {
		unlink(made);
	} else if (made != NULL && rename(made, file->path) < 0) {
		fail(err, "replace", file->path);
		unlink(made);
		drop_copy(copy);
	} else if (made != NULL) {
		result = sync_folder(folder) < 0 ? fail(err, "sync", folder) : 0;
	}
	free(made);
	free(folder);
	return result;
}
