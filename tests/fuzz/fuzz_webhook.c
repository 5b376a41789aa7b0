/* SPDX-License-Identifier: MPL-2.0 */
/* Any bytes as a webhook's body: no crash, and a hint only with an id. */
#include "webhook.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nbk_error err = { .code = NBK_OK };
	struct nbk_hint hint;
	char model[64];

	switch (nbk_webhook_parse((const char *)data, size, &hint, model, &err)) {
	case NBK_WEBHOOK_HINT:
		if (hint.id <= 0 || model[0] == '\0')
			abort();
		break;
	case NBK_WEBHOOK_WITHOUT_MODEL:
		if (hint.type != NBK_HINT_FULL_SYNC || model[0] != '\0')
			abort();
		break;
	case NBK_WEBHOOK_IGNORED:
		if (model[0] == '\0' || strlen(model) >= sizeof(model))
			abort();
		break;
	case NBK_WEBHOOK_MALFORMED:
		if (err.code == NBK_OK)
			abort();
		break;
	}
	return 0;
}
