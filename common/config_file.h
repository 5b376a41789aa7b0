/* SPDX-License-Identifier: MPL-2.0 */
/* config_file.h: Kea's own configuration file: where it is, what it holds, and how it is replaced whole or not at all.
 *
 * A new text is written beside the file, given the file's mode and owner, synced, and renamed over it: whoever reads the file, also
 * after a crash, finds the old or the new. Any thread; one at a time writes a file. */
#ifndef NBK_CONFIG_FILE_H
#define NBK_CONFIG_FILE_H

#include "buf.h"
#include "error.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

struct nbk_config_file {
	char *path; /* links resolved */
	struct stat stat;
	struct nbk_buf text; /* what it holds */
};

/* New: the file that Kea was told by -c, as an absolute path. `words` is the command line, each word with a zero byte behind, as in
 * /proc/self/cmdline; `folder` is what a relative path begins at. NULL: none was told, or out of memory. */
char *nbk_config_file_path(FILE *words, const char *folder);

/* Reads the file behind the path; only a regular one. `file` wants no clear on failure. */
int nbk_config_file_read(struct nbk_config_file *file, const char *path, struct nbk_error *err);
void nbk_config_file_clear(struct nbk_config_file *file);

/* The text takes the place of the one that was read. copy: where not NULL, the old one stays beside it, and *copy is its path (new).
 * -1: the file is as it was, there is no copy, and the error says what to do about it. Where only the folder could not be synced, all
 * was done, but may not outlive a crash. */
int nbk_config_file_replace(const struct nbk_config_file *file, const char *text, char **copy, struct nbk_error *err);

#endif
