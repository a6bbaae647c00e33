/* The floor: a C program that prints a file. */
#include <stdio.h>

int main(int count, char **words)
{
    char block[4096];
    size_t size;
    FILE *file = count == 2 ? fopen(words[1], "r") : NULL;
    if (!file)
        return 1;
    while ((size = fread(block, 1, sizeof block, file)))
        if (fwrite(block, 1, size, stdout) != size)
            return 1;
    return fclose(file) || fflush(stdout);
}
