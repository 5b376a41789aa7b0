/* SPDX-License-Identifier: MPL-2.0 */
/* config.h: the hook's parameters, read once and never changed after.
 *
 * Names, defaults and meaning: README.md. Every fault is found, not only the first. */
#ifndef NBK_CONFIG_H
#define NBK_CONFIG_H

#include "buf.h"
#include "family.h"
#include "filter.h"
#include "map.h"

#include <stdbool.h>
#include <stdint.h>

enum nbk_ownership { NBK_OWN_ALL, NBK_OWN_MARKED };

struct nbk_config {
	const struct nbk_family *family;
	char *netbox_url; /* without a slash at its end */
	char *netbox_token;
	char *netbox_token_file;
	char *netbox_ca_file;
	bool netbox_verify_tls;
	bool full_sync_at_startup;
	bool check_only;
	bool config_write;
	char *ownership_text; /* as it was given */
	enum nbk_ownership ownership;
	unsigned max_removal_percent;
	bool listen;
	char *bind;
	unsigned port;
	char *secret;
	char *secret_file;
	char *secret_header;
	unsigned coalesce_ms;
	size_t max_body_bytes;
	struct nbk_filter filters[NBK_KINDS]; /* which of NetBox's objects become Kea's of a kind; empty where the family has none of it */
	struct nbk_map maps[NBK_KINDS];       /* and how */
	bool pd_filter_given;
};

/* New; `parameters` is the JSON object of the hook's "parameters" ("" or NULL: none). Where something is wrong: NULL, and `faults` gets
 * one text that names all of it, "; " between. Touches no file and no network. */
struct nbk_config *nbk_config_parse(const char *parameters, uint8_t family, struct nbk_buf *faults);
void nbk_config_free(struct nbk_config *config);

/* The names of the parameters: "prefix-filter", "subnet-prefix-map". */
const char *nbk_config_filter_name(enum nbk_kind kind);
const char *nbk_config_map_name(enum nbk_kind kind);

#endif
