// SPDX-License-Identifier: MPL-2.0
// File created from netbox_messages.mes

#include <cstddef>
#include <log/message_types.h>
#include <log/message_initializer.h>

extern const isc::log::MessageID NETBOX_ADDED = "NETBOX_ADDED";
extern const isc::log::MessageID NETBOX_BIND_NOT_LOOPBACK = "NETBOX_BIND_NOT_LOOPBACK";
extern const isc::log::MessageID NETBOX_CALLOUT_FAILED = "NETBOX_CALLOUT_FAILED";
extern const isc::log::MessageID NETBOX_CHANGED = "NETBOX_CHANGED";
extern const isc::log::MessageID NETBOX_CHECK_ONLY = "NETBOX_CHECK_ONLY";
extern const isc::log::MessageID NETBOX_CONFIGURATION_KEPT = "NETBOX_CONFIGURATION_KEPT";
extern const isc::log::MessageID NETBOX_CONFIGURATION_REFUSED = "NETBOX_CONFIGURATION_REFUSED";
extern const isc::log::MessageID NETBOX_CONFIG_SET_REFUSED = "NETBOX_CONFIG_SET_REFUSED";
extern const isc::log::MessageID NETBOX_CONFIG_TEST_REFUSED = "NETBOX_CONFIG_TEST_REFUSED";
extern const isc::log::MessageID NETBOX_COPIED = "NETBOX_COPIED";
extern const isc::log::MessageID NETBOX_FAILED = "NETBOX_FAILED";
extern const isc::log::MessageID NETBOX_FILTER_NOT_CHECKED = "NETBOX_FILTER_NOT_CHECKED";
extern const isc::log::MessageID NETBOX_HELD = "NETBOX_HELD";
extern const isc::log::MessageID NETBOX_HINT = "NETBOX_HINT";
extern const isc::log::MessageID NETBOX_HOSTNAMES_DIFFER = "NETBOX_HOSTNAMES_DIFFER";
extern const isc::log::MessageID NETBOX_HOSTNAME_CHANGED = "NETBOX_HOSTNAME_CHANGED";
extern const isc::log::MessageID NETBOX_KEA_FAILED = "NETBOX_KEA_FAILED";
extern const isc::log::MessageID NETBOX_KEA_WELL = "NETBOX_KEA_WELL";
extern const isc::log::MessageID NETBOX_LEFT_OUT = "NETBOX_LEFT_OUT";
extern const isc::log::MessageID NETBOX_LISTENING = "NETBOX_LISTENING";
extern const isc::log::MessageID NETBOX_LISTEN_FAILED = "NETBOX_LISTEN_FAILED";
extern const isc::log::MessageID NETBOX_LIST_REFUSED = "NETBOX_LIST_REFUSED";
extern const isc::log::MessageID NETBOX_NESTED = "NETBOX_NESTED";
extern const isc::log::MessageID NETBOX_NOT_OURS = "NETBOX_NOT_OURS";
extern const isc::log::MessageID NETBOX_NO_LONGER_LEFT_OUT = "NETBOX_NO_LONGER_LEFT_OUT";
extern const isc::log::MessageID NETBOX_NO_WEBHOOK_WORKER = "NETBOX_NO_WEBHOOK_WORKER";
extern const isc::log::MessageID NETBOX_PUT_BACK = "NETBOX_PUT_BACK";
extern const isc::log::MessageID NETBOX_PUT_BACK_FAILED = "NETBOX_PUT_BACK_FAILED";
extern const isc::log::MessageID NETBOX_RANGE_CUT = "NETBOX_RANGE_CUT";
extern const isc::log::MessageID NETBOX_RELEASED = "NETBOX_RELEASED";
extern const isc::log::MessageID NETBOX_REMOVED = "NETBOX_REMOVED";
extern const isc::log::MessageID NETBOX_RENUMBERED = "NETBOX_RENUMBERED";
extern const isc::log::MessageID NETBOX_REPLACED = "NETBOX_REPLACED";
extern const isc::log::MessageID NETBOX_REQUEST = "NETBOX_REQUEST";
extern const isc::log::MessageID NETBOX_RESUMED = "NETBOX_RESUMED";
extern const isc::log::MessageID NETBOX_STARTED = "NETBOX_STARTED";
extern const isc::log::MessageID NETBOX_START_FAILED = "NETBOX_START_FAILED";
extern const isc::log::MessageID NETBOX_STOPPED = "NETBOX_STOPPED";
extern const isc::log::MessageID NETBOX_STOP_TIMED_OUT = "NETBOX_STOP_TIMED_OUT";
extern const isc::log::MessageID NETBOX_SYNCED = "NETBOX_SYNCED";
extern const isc::log::MessageID NETBOX_SYNC_STARTED = "NETBOX_SYNC_STARTED";
extern const isc::log::MessageID NETBOX_TAKEN_OVER = "NETBOX_TAKEN_OVER";
extern const isc::log::MessageID NETBOX_WEBHOOK_IGNORED = "NETBOX_WEBHOOK_IGNORED";
extern const isc::log::MessageID NETBOX_WEBHOOK_REFUSED = "NETBOX_WEBHOOK_REFUSED";
extern const isc::log::MessageID NETBOX_WEBHOOK_WITHOUT_MODEL = "NETBOX_WEBHOOK_WITHOUT_MODEL";
extern const isc::log::MessageID NETBOX_WELL = "NETBOX_WELL";
extern const isc::log::MessageID NETBOX_WRITE_FAILED = "NETBOX_WRITE_FAILED";
extern const isc::log::MessageID NETBOX_WRITE_WELL = "NETBOX_WRITE_WELL";
extern const isc::log::MessageID NETBOX_WRITTEN = "NETBOX_WRITTEN";

namespace {

const char* values[] = {
    "NETBOX_ADDED", "added %1%2, from NetBox %3",
    "NETBOX_BIND_NOT_LOOPBACK", "webhooks are accepted on %1 from anyone who reaches it: set \"secret\" or \"secret-file\"",
    "NETBOX_CALLOUT_FAILED", "%1 failed: %2",
    "NETBOX_CHANGED", "changed %1%2, from NetBox %3",
    "NETBOX_CHECK_ONLY", "\"check-only\" is set, Kea was not changed: it would have been: %1",
    "NETBOX_CONFIGURATION_KEPT", "the parameters of this library are faulty, those of before stay in force and the next start would be refused: %1",
    "NETBOX_CONFIGURATION_REFUSED", "the parameters of this library are faulty: %1",
    "NETBOX_CONFIG_SET_REFUSED", "Kea refused the new configuration and the one of before was put back: %1",
    "NETBOX_CONFIG_TEST_REFUSED", "Kea's config-test refuses what NetBox says as a whole, nothing was changed: %1; mend what it names",
    "NETBOX_COPIED", "%1 said more than what is written in its place: it stays as %2",
    "NETBOX_FAILED", "could not bring Kea up to date with NetBox: %1; %2; tried again in %3 seconds",
    "NETBOX_FILTER_NOT_CHECKED", "%1: answers can't be checked for \"%2\", NetBox is trusted to filter by it: see that it knows that key",
    "NETBOX_HELD", "held back, too much would be removed: %1; if that is meant, raise \"max-removal-percent\" and do a config-reload",
    "NETBOX_HINT", "webhook: %1 %2 from %3",
    "NETBOX_HOSTNAMES_DIFFER", "%1 gives the host name \"%2\"; the reservation that it is a part of keeps %3",
    "NETBOX_HOSTNAME_CHANGED", "%1: \"%2\" is no valid host name, \"%3\" is used",
    "NETBOX_KEA_FAILED", "Kea does not serve clients: %1; look at its messages before this one, then config-reload or restart",
    "NETBOX_KEA_WELL", "Kea serves clients again",
    "NETBOX_LEFT_OUT", "%1: %2; %3; tried again when it changes and at each full sync",
    "NETBOX_LISTENING", "webhooks are accepted on %1 port %2",
    "NETBOX_LISTEN_FAILED", "can't accept webhooks: %1",
    "NETBOX_LIST_REFUSED", "NetBox refuses to list %1, those of before stay: %2; correct the filter, or add its value in NetBox",
    "NETBOX_NESTED", "%1 contains %2 and has the lower id: Kea serves the clients of both from the outer one; map \"id\" or \"relay.ip-addresses\"",
    "NETBOX_NOT_OURS", "%1 ranges and addresses are in no synced prefix, %2 addresses have no identifier",
    "NETBOX_NO_LONGER_LEFT_OUT", "no longer left out: %1",
    "NETBOX_NO_WEBHOOK_WORKER", "no worker of NetBox is running, so no webhook will come: start rqworker",
    "NETBOX_PUT_BACK", "a reconfiguration was refused and Kea served nobody (%1): the configuration of before was put back; mend the one that was refused",
    "NETBOX_PUT_BACK_FAILED", "Kea serves nobody (%1), and the configuration of before can't be put back: %2; mend it, then config-reload or restart",
    "NETBOX_RANGE_CUT", "%1: %2 is made of it, without the network or broadcast address of its prefix",
    "NETBOX_RELEASED", "no longer held back",
    "NETBOX_REMOVED", "removed %1%2, was from NetBox %3",
    "NETBOX_RENUMBERED", "%1 has the id of its prefix in NetBox from now on, its leases stay with the old one: map \"id\" to keep them",
    "NETBOX_REPLACED", "removed %1, which is not from NetBox: put it there, or set \"ownership\" to \"marked\"",
    "NETBOX_REQUEST", "GET %1: %2",
    "NETBOX_RESUMED", "served again as before: %1",
    "NETBOX_STARTED", "following NetBox at %1",
    "NETBOX_START_FAILED", "the library can't begin its work: %1",
    "NETBOX_STOPPED", "stopped",
    "NETBOX_STOP_TIMED_OUT", "a thread did not end in time and is left behind",
    "NETBOX_SYNCED", "NetBox was read; served are %1, %2 requests",
    "NETBOX_SYNC_STARTED", "full sync: %1",
    "NETBOX_TAKEN_OVER", "%1 is NetBox's from now on",
    "NETBOX_WEBHOOK_IGNORED", "webhook for %1 from %2 ignored",
    "NETBOX_WEBHOOK_REFUSED", "webhook from %1 refused: %2; compare its secret and body template in NetBox",
    "NETBOX_WEBHOOK_WITHOUT_MODEL", "webhook from %1 does not name its model, everything is synced instead: clear its body template in NetBox",
    "NETBOX_WELL", "in step with NetBox again",
    "NETBOX_WRITE_FAILED", "Kea's configuration file stays as it is: %1; tried again with the next change and full sync",
    "NETBOX_WRITE_WELL", "Kea's configuration file is written again",
    "NETBOX_WRITTEN", "%1 is written",
    NULL
};

const isc::log::MessageInitializer initializer(values);

} // Anonymous namespace

