/* SPDX-License-Identifier: MPL-2.0 */
#include "family.h"

#include <stddef.h>

/* Kea: src/lib/dhcp/std_option_defs.h. */
static const struct nbk_option texts4[] = {
	{ .code = 12, .name = "host-name" },
	{ .code = 14, .name = "merit-dump" },
	{ .code = 15, .name = "domain-name" },
	{ .code = 17, .name = "root-path" },
	{ .code = 18, .name = "extensions-path" },
	{ .code = 40, .name = "nis-domain" },
	{ .code = 47, .name = "netbios-scope" },
	{ .code = 56, .name = "dhcp-message" },
	{ .code = 60, .name = "vendor-class-identifier" },
	{ .code = 62, .name = "nwip-domain-name" },
	{ .code = 64, .name = "nisplus-domain-name" },
	{ .code = 66, .name = "tftp-server-name" },
	{ .code = 67, .name = "boot-file-name" },
	{ .code = 86, .name = "nds-tree-name" },
	{ .code = 87, .name = "nds-context" },
	{ .code = 98, .name = "uap-servers" },
	{ .code = 100, .name = "pcode" },
	{ .code = 101, .name = "tcode" },
	{ .code = 113, .name = "netinfo-server-tag" },
	{ .code = 114, .name = "v4-captive-portal" },
	{ .code = 0 },
};

static const struct nbk_option texts6[] = {
	{ .code = 41, .name = "new-posix-timezone" },
	{ .code = 42, .name = "new-tzdb-timezone" },
	{ .code = 59, .name = "bootfile-url" },
	{ .code = 103, .name = "v6-captive-portal" },
	{ .code = 0 },
};

static const struct nbk_option none[] = {
	{ .code = 0 },
};

static const struct nbk_option tuples6[] = {
	{ .code = 60, .name = "bootfile-param" },
	{ .code = 0 },
};

static const struct nbk_option prefixes6[] = {
	{ .code = 89, .name = "s46-rule", .space = "s46-cont-mape-options" },
	{ .code = 89, .name = "s46-rule", .space = "s46-cont-mapt-options" },
	{ .code = 91, .name = "s46-dmr", .space = "s46-cont-mapt-options" },
	{ .code = 92, .name = "s46-v4v6bind", .space = "s46-cont-lw-options" },
	{ .code = 0 },
};

static const struct nbk_carrier carriers4[] = {
	{ { .code = 43, .name = "vendor-encapsulated-options" }, "vendor-encapsulated-options-space" },
	{ { .code = 0 }, NULL },
};

static const struct nbk_carrier carriers6[] = {
	{ { .code = 94, .name = "s46-cont-mape" }, "s46-cont-mape-options" },
	{ { .code = 95, .name = "s46-cont-mapt" }, "s46-cont-mapt-options" },
	{ { .code = 96, .name = "s46-cont-lw" }, "s46-cont-lw-options" },
	{ { .code = 0 }, NULL },
};

/* Kea: src/lib/dhcpsrv/parsers/host_reservation_parser.cc. */
static const char *const identifiers4[] = { "hw-address", "client-id", "duid", "circuit-id", "flex-id", NULL };
static const char *const identifiers6[] = { "hw-address", "duid", "flex-id", NULL };

#define HW_ADDRESS "\"hw-address\": [\"custom_fields.dhcp_reservation_hw_address\", \"assigned_object.mac_address\"]"
#define HOSTNAME "\"hostname\": [\"dns_name\", \"assigned_object.device.name\", \"assigned_object.virtual_machine.name\"]"
#define DOMAIN_SEARCH "\"option-data.domain-search\": \"custom_fields.dhcp_option_data_domain_search\""
#define NAME_SERVERS "\"custom_fields.dhcp_option_data_domain_name_servers\""
#define VALID_LIFETIME "\"valid-lifetime\": \"custom_fields.dhcp_valid_lifetime\""

static const struct nbk_family families[] = {
	{
		.number = 4,
		.protocol = "DHCPv4",
		.server = "Dhcp4",
		.subnets = "subnet4",
		.addresses = "ip-address",
		.kinds = NBK_PD_POOL,
		.addresses_mark = "netbox_ip_address_id",
		.identifiers = identifiers4,
		.has_edges = true,
		.space = "dhcp4",
		.last_code = 254,
		.texts = texts4,
		.tuples = none,
		.prefixes = none,
		.carriers = carriers4,
		.port = "8001",
		.subnet_map = "{\"option-data.routers\": \"custom_fields.dhcp_option_data_routers\", " DOMAIN_SEARCH ", "
		              "\"option-data.domain-name-servers\": " NAME_SERVERS ", "
		              "\"next-server\": \"custom_fields.dhcp_next_server\", "
		              "\"boot-file-name\": \"custom_fields.dhcp_boot_file_name\", " VALID_LIFETIME "}",
		.reservation_map = "{" HW_ADDRESS ", " HOSTNAME "}",
	},
	{
		.number = 6,
		.protocol = "DHCPv6",
		.server = "Dhcp6",
		.subnets = "subnet6",
		.addresses = "ip-addresses",
		.kinds = NBK_KINDS,
		.addresses_mark = "netbox_ip_address_ids",
		.joins = true,
		.identifiers = identifiers6,
		.whole_duids = true,
		.space = "dhcp6",
		.last_code = 65535,
		.texts = texts6,
		.tuples = tuples6,
		.prefixes = prefixes6,
		.carriers = carriers6,
		.port = "8002",
		/* Not "…__empty=false": before 3.7 NetBox does not know it of a number, and from then on takes no text for it. */
		.pd_filter = "{\"cf_dhcp_pd_delegated_length__gte\": 1}",
		.pd_map = "{\"delegated-len\": \"custom_fields.dhcp_pd_delegated_length\", \"subnet\": \"custom_fields.dhcp_pd_subnet\"}",
		.subnet_map = "{\"interface\": \"custom_fields.dhcp_interface\", "
		              "\"option-data.dns-servers\": " NAME_SERVERS ", " DOMAIN_SEARCH ", " VALID_LIFETIME ", "
		              "\"preferred-lifetime\": \"custom_fields.dhcp_preferred_lifetime\"}",
		.reservation_map = "{\"duid\": \"custom_fields.dhcp_reservation_duid\", " HW_ADDRESS ", " HOSTNAME ", "
		                   "\"prefixes\": \"custom_fields.dhcp_reservation_prefixes\"}",
	},
};

const struct nbk_family *
nbk_family(uint8_t number)
{
	return &families[number == 6];
}
