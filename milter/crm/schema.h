/* The schema of the CRM file: conf/crm-schema.sql without its comments. */
#pragma once

#define CRM_SCHEMA_VERSION 1

extern const char crm_schema[];
