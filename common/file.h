/* SPDX-License-Identifier: MPL-2.0 */
/* file.h: secrets from files. */
#ifndef NBK_FILE_H
#define NBK_FILE_H

#include "error.h"

/* New: the file's first line, white space around it cut. NBK_ETEMP: it can't be read or is empty (it may be put right while we run),
 * and the error names the parameter and the path, never the content. */
char *nbk_file_secret(const char *path, const char *parameter, struct nbk_error *err);

#endif
