/* SPDX-License-Identifier: MPL-2.0 */
/* netbox.h: NetBox's REST API as lists of rows: versions, paging, what came back checked against the filter.
 *
 * The worker's, but for nbk_netbox_cancel. Facts about NetBox's API: doc in the code where each matters. */
#ifndef NBK_NETBOX_H
#define NBK_NETBOX_H

#include "config.h"
#include "error.h"
#include "log.h"

struct json_object;
struct nbk_netbox;

/* One list to read, from the first row to the last. */
struct nbk_list {
	const char *path;                /* "ipam/prefixes" */
	char *query;                     /* the list's own: "id=1&id=2", or NULL; freed by nbk_list_clear */
	const char *fields;              /* "id,prefix,vrf", asked for where NetBox can; NULL: all */
	const struct nbk_filter *filter; /* NULL: none */
	bool by_family;                  /* ask for the server's family only */
	bool lenient;                    /* what the filter does not match is passed over: NetBox may lack its custom field */
	int (*row)(void *context, struct json_object *row, struct nbk_error *err);
	void *context;
	size_t rows;                     /* out: how many came */
	struct nbk_error refused;        /* out: NetBox answered 400: nothing of this list counts */
	int64_t last_id;
};

void nbk_list_clear(struct nbk_list *list);

/* New. Reads the token's file and the CA's; NBK_ETEMP where one can't be read. */
struct nbk_netbox *nbk_netbox_new(const struct nbk_config *config, const struct nbk_log *log, struct nbk_error *err);
void nbk_netbox_free(struct nbk_netbox *netbox);

/* Asks for NetBox's version. *workers: out, how many send webhooks, -1: not told. */
int nbk_netbox_greet(struct nbk_netbox *netbox, int *workers, struct nbk_error *err);

/* Whether NetBox is of this version or later; nbk_netbox_greet comes before. */
bool nbk_netbox_since(const struct nbk_netbox *netbox, unsigned major, unsigned minor);

/* Reads the lists side by side, each page after page. A list that NetBox refuses has `refused` set and does not stop the others; all
 * else is -1, and nothing may be made of what came so far. */
int nbk_netbox_read(struct nbk_netbox *netbox, struct nbk_list *lists, size_t count, struct nbk_error *err);

/* Any thread: what is under way, and what comes, fails with NBK_ECANCELED. */
void nbk_netbox_cancel(struct nbk_netbox *netbox);

unsigned long nbk_netbox_requests(const struct nbk_netbox *netbox);

#endif
