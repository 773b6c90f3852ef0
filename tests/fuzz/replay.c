/* replay.c - the main of a fuzz target: runs it over the files named, or over its own seed folder
 * (tests/fuzz/NAME of fuzz_NAME). With --enable-fuzz, arguments are libFuzzer's. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    long size = -1;
    int failed = 1;

    if (file != NULL && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    /* Exactly as large as the input, so that a sanitizer sees a read past its end. */
    if (size >= 0) data = malloc(size > 0 ? (size_t)size : 1);
    if (data != NULL) {
        rewind(file);
        failed = fread(data, 1, (size_t)size, file) != (size_t)size;
    }
    if (!failed) (void)LLVMFuzzerTestOneInput(data, (size_t)size);
    if (failed) fprintf(stderr, "cannot read %s\n", path);
    free(data);
    if (file != NULL) fclose(file);
    return failed ? -1 : 1;
}

static int replay(const char *path);

/* Gives the number of inputs run, -1 when one could not be read. */
static int replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    int count = 0;

    while (folder != NULL && count >= 0 && (entry = readdir(folder)) != NULL) {
        char name[1024];
        int more;

        if (entry->d_name[0] == '.') continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        more = replay(name);
        count = more < 0 ? -1 : count + more;
    }
    if (folder != NULL) closedir(folder);
    return count;
}

static int replay(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        fprintf(stderr, "no seeds at %s\n", path);
        return -1;
    }
    return S_ISDIR(st.st_mode) ? replay_folder(path) : replay_file(path);
}

static int replay_own_seeds(const char *program)
{
    const char *top = getenv("top_srcdir");
    const char *name = strstr(program, "fuzz_");
    const char *last = name;
    char path[1024];

    while (last != NULL && (last = strstr(last + 1, "fuzz_")) != NULL) name = last;
    if (name == NULL) return -1;
    snprintf(path, sizeof path, "%s/tests/fuzz/%s", top != NULL ? top : "..", name + 5);
    return replay(path);
}

#ifdef ZTI_LIBFUZZER
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *, size_t));
#endif

int main(int argc, char **argv)
{
    int count = 0;

#ifdef ZTI_LIBFUZZER
    if (argc > 1) return LLVMFuzzerRunDriver(&argc, &argv, LLVMFuzzerTestOneInput);
#endif
    if (argc < 2) count = replay_own_seeds(argv[0]);
    for (int i = 1; i < argc && count >= 0; i++) {
        int more = replay(argv[i]);

        count = more < 0 ? -1 : count + more;
    }
    printf("%d inputs replayed\n", count);
    return count > 0 ? 0 : 1;
}
