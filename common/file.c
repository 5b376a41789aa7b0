/* SPDX-License-Identifier: MPL-2.0 */
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPACE " \t\r\n"
#define MOST 1022 /* bytes of a line */

char *
nbk_file_secret(const char *path, const char *parameter, struct nbk_error *err)
{
	FILE *file = fopen(path, "re");
	char line[MOST + 2] = "", *secret;
	size_t length;

	if (file == NULL) {
		nbk_error_set(err, NBK_ETEMP, "%s: can't read %s: %s", parameter, path, strerror(errno));
		return NULL;
	}
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	fclose(file);
	if (strlen(line) > MOST && line[MOST] != '\n') {
		explicit_bzero(line, sizeof(line));
		nbk_error_set(err, NBK_ETEMP, "%s: the first line of %s is longer than %d bytes", parameter, path, MOST);
		return NULL;
	}
	secret = line + strspn(line, SPACE);
	for (length = strlen(secret); length > 0 && strchr(SPACE, secret[length - 1]) != NULL; length--)
		secret[length - 1] = '\0';
	if (*secret == '\0') {
		nbk_error_set(err, NBK_ETEMP, "%s: %s is empty", parameter, path);
		return NULL;
	}
	secret = strdup(secret);
	explicit_bzero(line, sizeof(line));
	if (secret == NULL)
		nbk_error_nomem(err);
	return secret;
}
