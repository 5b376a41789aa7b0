/* SPDX-License-Identifier: MPL-2.0 */
/* sync.h: NetBox into the model: all of it, or what hints name. The worker's. */
#ifndef NBK_SYNC_H
#define NBK_SYNC_H

#include "desired.h"
#include "model.h"
#include "netbox.h"
#include "queue.h"

/* Reads all prefixes, ranges, addresses and MACs into a model that is new. A list that NetBox refused is not there: refused[kind] says
 * why. -1: nothing may be made of the model. */
int nbk_sync_load(struct nbk_netbox *netbox, struct nbk_model *model, struct nbk_error refused[NBK_KINDS], struct nbk_error *err);

/* Reads again what the hints name, and adds to the scope what may have changed. What does not come back is removed. */
int nbk_sync_refresh(struct nbk_netbox *netbox, struct nbk_model *model, const struct nbk_batch *batch, struct nbk_scope *scope,
                     struct nbk_error refused[NBK_KINDS], struct nbk_error *err);

#endif
