/* config_text.h - a configuration from text that must be good. */
#ifndef TESTS_UNIT_ZEROTRUNKD_CONFIG_TEXT_H
#define TESTS_UNIT_ZEROTRUNKD_CONFIG_TEXT_H

#include <string.h>
#include "config.h"
#include "unit.h"

static inline struct config *config_of(const char *text)
{
    static struct config_report report;
    struct config *config;

    memset(&report, 0, sizeof report);
    config = config_parse(text, strlen(text), &report);
    ck_assert_msg(config != NULL, "%u: %s", report.errors[0].line, report.errors[0].text);
    return config;
}

#endif
