/* SPDX-License-Identifier: MPL-2.0 */
#include "health.h"

#include <stdio.h>
#include <string.h>

void
nbk_health_init(struct nbk_health *health)
{
	memset(health, 0, sizeof(*health));
	pthread_mutex_init(&health->lock, NULL);
}

void
nbk_health_clear(struct nbk_health *health)
{
	pthread_mutex_destroy(&health->lock);
}

bool
nbk_health_tell(struct nbk_health *health, enum nbk_health_part part, const char *fault)
{
	char *text = health->faults[part];
	size_t size = sizeof(health->faults[part]);
	bool changed;

	pthread_mutex_lock(&health->lock);
	changed = strncmp(text, fault, size - 1) != 0;
	snprintf(text, size, "%s", fault);
	pthread_mutex_unlock(&health->lock);
	return changed;
}

void
nbk_health_set_synced(struct nbk_health *health, bool synced)
{
	pthread_mutex_lock(&health->lock);
	health->synced = synced;
	pthread_mutex_unlock(&health->lock);
}

void
nbk_health_set_counts(struct nbk_health *health, const size_t counts[NBK_KINDS], const struct nbk_family *family, size_t left_out)
{
	pthread_mutex_lock(&health->lock);
	memcpy(health->counts, counts, sizeof(health->counts));
	health->family = family;
	health->left_out = left_out;
	pthread_mutex_unlock(&health->lock);
}

static void
add_fault(struct nbk_buf *reason, const char *prefix, const char *fault)
{
	if (*fault != '\0')
		nbk_buf_addf(reason, "%s%s%s", reason->length == 0 ? "" : "; ", prefix, fault);
}

/* What is wrong, all of it; "" where nothing is. The lock is held. */
static void
add_faults(struct nbk_buf *reason, const struct nbk_health *health)
{
	int part;

	if (!health->synced && health->faults[NBK_HEALTH_SYNC][0] == '\0')
		add_fault(reason, "", "NetBox has not been synced yet");
	for (part = 0; part < NBK_HEALTH_LISTS; part++)
		add_fault(reason, part == NBK_HEALTH_HELD ? "held back by max-removal-percent: the removal of " : "", health->faults[part]);
}

/* Appends a member, where there is a text for it. */
static void
add_member(struct nbk_buf *body, const char *name, const char *text)
{
	if (*text == '\0')
		return;
	nbk_buf_addf(body, ", \"%s\": ", name);
	nbk_buf_add_json(body, text);
}

unsigned
nbk_health_answer(struct nbk_health *health, size_t queued, struct nbk_buf *body)
{
	struct nbk_buf reason;
	bool well;

	nbk_buf_init(&reason, 2 * sizeof(health->faults));
	pthread_mutex_lock(&health->lock);
	add_faults(&reason, health);
	well = reason.length == 0 && !reason.failed;
	nbk_buf_addf(body, "{\"status\": \"%s\"", well ? "ok" : "error");
	if (health->family != NULL)
		nbk_buf_addf(body, ", \"server\": \"kea-dhcp%u\"", health->family->number);
	if (!well)
		add_member(body, "reason", nbk_buf_text(&reason));
	add_member(body, "refused", health->faults[NBK_HEALTH_LISTS]);
	add_member(body, "config-write", health->faults[NBK_HEALTH_FILE]);
	nbk_buf_addf(body, ", \"subnets\": %zu, \"pools\": %zu, \"reservations\": %zu", health->counts[NBK_SUBNET], health->counts[NBK_POOL],
	             health->counts[NBK_RESERVATION]);
	if (health->family != NULL && health->family->kinds > NBK_PD_POOL)
		nbk_buf_addf(body, ", \"pd-pools\": %zu", health->counts[NBK_PD_POOL]);
	nbk_buf_addf(body, ", \"left-out\": %zu", health->left_out);
	add_member(body, "left-out-first", health->faults[NBK_HEALTH_LEFT_OUT]);
	nbk_buf_addf(body, ", \"queued\": %zu}", queued);
	pthread_mutex_unlock(&health->lock);
	nbk_buf_clear(&reason);
	return well ? 200 : 503;
}
