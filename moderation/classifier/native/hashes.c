/* What the steps have in common: hashes, and strings that are such. */

#include "native.h"

uint32_t crc_table[256];

void
fill_crc_table(void)
{
    /* The CRC-32 of zlib and PNG, a byte at a time: RFC 1952, section 8. */
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
        }
        crc_table[byte] = crc;
    }
}

uint32_t
crc_of(PyObject *word, Py_ssize_t most, uint32_t start)
{
    int kind = PyUnicode_KIND(word);
    const void *signs = PyUnicode_DATA(word);
    Py_ssize_t length = Py_MIN(PyUnicode_GET_LENGTH(word), most);
    uint32_t crc = ~start;
    for (Py_ssize_t i = 0; i < length; i++) {
        uint32_t sign = PyUnicode_READ(kind, signs, i);
        if (sign < 0x80) {
            crc = crc_step(crc, sign);
            continue;
        }
        int more = sign < 0x800 ? 1 : sign < 0x10000 ? 2 : 3;
        crc = crc_step(crc, (0xFF00 >> (more + 1) & 0xFF) | sign >> 6 * more);
        while (more--) {
            crc = crc_step(crc, 0x80 | (sign >> 6 * more & 0x3F));
        }
    }
    return ~crc;
}

PyObject *
checked_words(PyObject *words)
{
    if (!PyList_Check(words)) {
        PyErr_SetString(PyExc_TypeError, "words are a list");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(words); i++) {
        if (!PyUnicode_Check(PyList_GET_ITEM(words, i))) {
            PyErr_SetString(PyExc_TypeError, "a word is a str");
            return NULL;
        }
    }
    return words;
}
