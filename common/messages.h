/* SPDX-License-Identifier: MPL-2.0 */
/* messages.h: every message of the core and of the hook, with its severity. The texts and their explanations are in
 * hook/netbox_messages.mes; a test compares the two lists. */
#ifndef NBK_MESSAGES_H
#define NBK_MESSAGES_H

enum nbk_severity { NBK_DEBUG, NBK_INFO, NBK_WARN, NBK_ERROR };

#define NBK_MESSAGES(X)                    \
	X(NETBOX_ADDED, INFO)              \
	X(NETBOX_BIND_NOT_LOOPBACK, WARN)  \
	X(NETBOX_CALLOUT_FAILED, ERROR)    \
	X(NETBOX_CHANGED, INFO)            \
	X(NETBOX_CHECK_ONLY, INFO)         \
	X(NETBOX_CONFIGURATION_KEPT, ERROR) \
	X(NETBOX_CONFIGURATION_REFUSED, ERROR) \
	X(NETBOX_CONFIG_SET_REFUSED, ERROR) \
	X(NETBOX_CONFIG_TEST_REFUSED, ERROR) \
	X(NETBOX_COPIED, INFO)             \
	X(NETBOX_FAILED, ERROR)            \
	X(NETBOX_FILTER_NOT_CHECKED, WARN) \
	X(NETBOX_HELD, ERROR)              \
	X(NETBOX_HINT, DEBUG)              \
	X(NETBOX_HOSTNAMES_DIFFER, WARN)   \
	X(NETBOX_HOSTNAME_CHANGED, WARN)   \
	X(NETBOX_KEA_FAILED, ERROR)        \
	X(NETBOX_KEA_WELL, INFO)           \
	X(NETBOX_LEFT_OUT, WARN)           \
	X(NETBOX_LISTENING, INFO)          \
	X(NETBOX_LISTEN_FAILED, ERROR)     \
	X(NETBOX_LIST_REFUSED, WARN)       \
	X(NETBOX_NESTED, WARN)             \
	X(NETBOX_NOT_OURS, DEBUG)          \
	X(NETBOX_NO_LONGER_LEFT_OUT, INFO) \
	X(NETBOX_NO_WEBHOOK_WORKER, WARN)  \
	X(NETBOX_PUT_BACK, WARN)           \
	X(NETBOX_PUT_BACK_FAILED, ERROR)   \
	X(NETBOX_RANGE_CUT, INFO)          \
	X(NETBOX_RELEASED, INFO)           \
	X(NETBOX_REMOVED, INFO)            \
	X(NETBOX_RENUMBERED, WARN)         \
	X(NETBOX_REPLACED, WARN)           \
	X(NETBOX_REQUEST, DEBUG)           \
	X(NETBOX_RESUMED, INFO)            \
	X(NETBOX_STARTED, INFO)            \
	X(NETBOX_START_FAILED, ERROR)      \
	X(NETBOX_STOPPED, INFO)            \
	X(NETBOX_STOP_TIMED_OUT, WARN)     \
	X(NETBOX_SYNCED, INFO)             \
	X(NETBOX_SYNC_STARTED, DEBUG)      \
	X(NETBOX_TAKEN_OVER, INFO)         \
	X(NETBOX_WEBHOOK_IGNORED, DEBUG)   \
	X(NETBOX_WEBHOOK_REFUSED, WARN)    \
	X(NETBOX_WEBHOOK_WITHOUT_MODEL, WARN) \
	X(NETBOX_WELL, INFO)               \
	X(NETBOX_WRITE_FAILED, ERROR)      \
	X(NETBOX_WRITE_WELL, INFO)         \
	X(NETBOX_WRITTEN, DEBUG)

enum nbk_message {
#define X(name, severity) name##_MESSAGE,
	NBK_MESSAGES(X)
#undef X
	NBK_MESSAGE_COUNT
};

enum nbk_severity nbk_message_severity(enum nbk_message message);

/* Borrowed: "NETBOX_ADDED". */
const char *nbk_message_name(enum nbk_message message);

#endif
