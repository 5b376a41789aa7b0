/* SPDX-License-Identifier: MPL-2.0 */
/* config_write.h: what Kea runs, kept in its own configuration file: the parameter "config-write". The worker's.
 *
 * What is written is Kea's own print, as its command config-write writes it, so that Kea reads it. */
#ifndef NBK_CONFIG_WRITE_H
#define NBK_CONFIG_WRITE_H

#include "error.h"
#include "family.h"
#include "log.h"

/* Writes a configuration, the text of a config-get, to the file at `path`, where it is another than the file's. A file that says
 * more (subnets that are not from NetBox and would go, comments, includes) stays beside it as a copy. `path` may be NULL: not known. */
int nbk_config_write(const char *path, const char *config, const struct nbk_family *family, const struct nbk_log *log,
                     struct nbk_error *err);

#endif
