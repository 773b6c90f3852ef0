/* unit.h - what every unit test shares: libcheck, a main that names its tests, test data. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Reads tests/<name> of the source tree; the caller frees. Fails the test when it is not there. */
static inline uint8_t *unit_data(const char *name, size_t *len)
{
    const char *top = getenv("top_srcdir");
    char path[1024];
    uint8_t *data;
    FILE *file;
    long size;

    snprintf(path, sizeof path, "%s/tests/%s", top != NULL ? top : "..", name);
    file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "cannot open %s", path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    ck_assert_int_ge(size, 0);
    rewind(file);
    data = malloc((size_t)size + 1);
    ck_assert_ptr_nonnull(data);
    *len = fread(data, 1, (size_t)size, file);
    ck_assert_uint_eq(*len, (size_t)size);
    data[size] = 0;
    fclose(file);
    return data;
}

static inline int unit_run(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    SRunner *runner;
    int failed;

    for (size_t i = 0; i < count; i++) {
        TCase *tcase = tcase_create(tests[i]->name);

        tcase_add_test(tcase, tests[i]);
        suite_add_tcase(suite, tcase);
    }
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* UNIT_MAIN("base/str", first_test, second_test, ...) */
#define UNIT_MAIN(name, ...)                                                                       \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
                                                                                                   \
        return unit_run(name, tests, sizeof tests / sizeof tests[0]);                              \
    }

#endif
