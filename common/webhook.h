/* SPDX-License-Identifier: MPL-2.0 */
/* webhook.h: the bytes of a webhook to a hint. Pure: no I/O, no state.
 *
 * A webhook is a hint only: the object is fetched again before anything is applied. Any JSON object will do that names the model
 * ("model" up to NetBox 4.4, "object_type" from 4.4), the object's id ("data": {"id"}) and the event. */
#ifndef NBK_WEBHOOK_H
#define NBK_WEBHOOK_H

#include "error.h"
#include "queue.h"

enum nbk_webhook_verdict {
	NBK_WEBHOOK_HINT,          /* *hint is set */
	NBK_WEBHOOK_WITHOUT_MODEL, /* an id but no model: *hint is a full sync (a body template of before 4.5 on a later NetBox) */
	NBK_WEBHOOK_IGNORED,       /* a model that is not synced; model[] names it */
	NBK_WEBHOOK_MALFORMED,     /* err says what is missing */
};

/* model: out, at least 64 bytes, cut where longer, "" where none. */
enum nbk_webhook_verdict nbk_webhook_parse(const char *body, size_t length, struct nbk_hint *hint, char model[64],
                                           struct nbk_error *err);

/* Whether `signature` (X-Hook-Signature: lower-case hex HMAC-SHA512 of the body) is right. Constant time. */
bool nbk_webhook_signed(const char *body, size_t length, const char *secret, const char *signature);

/* Whether the two texts are equal, in a time that does not tell where they differ. */
bool nbk_webhook_secret_equal(const char *a, const char *b);

#endif
