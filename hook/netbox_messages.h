// SPDX-License-Identifier: MPL-2.0
// File created from netbox_messages.mes

#ifndef NETBOX_MESSAGES_H
#define NETBOX_MESSAGES_H

#include <log/message_types.h>

extern const isc::log::MessageID NETBOX_ADDED;
extern const isc::log::MessageID NETBOX_BIND_NOT_LOOPBACK;
extern const isc::log::MessageID NETBOX_CALLOUT_FAILED;
extern const isc::log::MessageID NETBOX_CHANGED;
extern const isc::log::MessageID NETBOX_CHECK_ONLY;
extern const isc::log::MessageID NETBOX_CONFIGURATION_KEPT;
extern const isc::log::MessageID NETBOX_CONFIGURATION_REFUSED;
extern const isc::log::MessageID NETBOX_CONFIG_SET_REFUSED;
extern const isc::log::MessageID NETBOX_CONFIG_TEST_REFUSED;
extern const isc::log::MessageID NETBOX_COPIED;
extern const isc::log::MessageID NETBOX_FAILED;
extern const isc::log::MessageID NETBOX_FILTER_NOT_CHECKED;
extern const isc::log::MessageID NETBOX_HELD;
extern const isc::log::MessageID NETBOX_HINT;
extern const isc::log::MessageID NETBOX_HOSTNAMES_DIFFER;
extern const isc::log::MessageID NETBOX_HOSTNAME_CHANGED;
extern const isc::log::MessageID NETBOX_KEA_FAILED;
extern const isc::log::MessageID NETBOX_KEA_WELL;
extern const isc::log::MessageID NETBOX_LEFT_OUT;
extern const isc::log::MessageID NETBOX_LISTENING;
extern const isc::log::MessageID NETBOX_LISTEN_FAILED;
extern const isc::log::MessageID NETBOX_LIST_REFUSED;
extern const isc::log::MessageID NETBOX_NESTED;
extern const isc::log::MessageID NETBOX_NOT_OURS;
extern const isc::log::MessageID NETBOX_NO_LONGER_LEFT_OUT;
extern const isc::log::MessageID NETBOX_NO_WEBHOOK_WORKER;
extern const isc::log::MessageID NETBOX_PUT_BACK;
extern const isc::log::MessageID NETBOX_PUT_BACK_FAILED;
extern const isc::log::MessageID NETBOX_RANGE_CUT;
extern const isc::log::MessageID NETBOX_RELEASED;
extern const isc::log::MessageID NETBOX_REMOVED;
extern const isc::log::MessageID NETBOX_RENUMBERED;
extern const isc::log::MessageID NETBOX_REPLACED;
extern const isc::log::MessageID NETBOX_REQUEST;
extern const isc::log::MessageID NETBOX_RESUMED;
extern const isc::log::MessageID NETBOX_STARTED;
extern const isc::log::MessageID NETBOX_START_FAILED;
extern const isc::log::MessageID NETBOX_STOPPED;
extern const isc::log::MessageID NETBOX_STOP_TIMED_OUT;
extern const isc::log::MessageID NETBOX_SYNCED;
extern const isc::log::MessageID NETBOX_SYNC_STARTED;
extern const isc::log::MessageID NETBOX_TAKEN_OVER;
extern const isc::log::MessageID NETBOX_WEBHOOK_IGNORED;
extern const isc::log::MessageID NETBOX_WEBHOOK_REFUSED;
extern const isc::log::MessageID NETBOX_WEBHOOK_WITHOUT_MODEL;
extern const isc::log::MessageID NETBOX_WELL;
extern const isc::log::MessageID NETBOX_WRITE_FAILED;
extern const isc::log::MessageID NETBOX_WRITE_WELL;
extern const isc::log::MessageID NETBOX_WRITTEN;

#endif // NETBOX_MESSAGES_H
