/* Which words may tell something. */

#include "native.h"

#define BEGINNINGS (1 << 14)

/* Which bit stands for a word's first three characters; some have one in common. */
static inline uint32_t
beginning_of(int kind, const void *signs, Py_ssize_t length)
{
    uint32_t sum = 0;
    for (Py_ssize_t i = 0; i < 3; i++) {
        sum = sum * 31 + (i < length ? PyUnicode_READ(kind, signs, i) : 0);
    }
    return sum % BEGINNINGS;
}

PyObject *
beginnings(PyObject *module, PyObject *words)
{
    if (!checked_words(words)) {
        return NULL;
    }
    uint8_t bits[BEGINNINGS / 8] = {0};
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(words); i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        uint32_t bit = beginning_of(PyUnicode_KIND(word), PyUnicode_DATA(word),
                                    PyUnicode_GET_LENGTH(word));
        bits[bit / 8] |= 1 << bit % 8;
    }
    return PyBytes_FromStringAndSize((const char *)bits, sizeof(bits));
}

static int
is_telling(PyObject *word, const uint8_t *bits, const uint8_t *is_letter)
{
    int kind = PyUnicode_KIND(word);
    const void *signs = PyUnicode_DATA(word);
    Py_ssize_t length = PyUnicode_GET_LENGTH(word);
    uint32_t bit = beginning_of(kind, signs, length);
    if (bits[bit / 8] >> bit % 8 & 1) {
        return 1;
    }
    Py_UCS4 last = length ? PyUnicode_READ(kind, signs, 0) : 0;
    for (Py_ssize_t i = 1; i < length; i++) {
        Py_UCS4 sign = PyUnicode_READ(kind, signs, i);
        if (sign == last && (i == 1 || (sign < 0x80 && is_letter[sign]))) {
            return 1;
        }
        last = sign;
    }
    return 0;
}

PyObject *
telling(PyObject *module, PyObject *args)
{
    PyObject *words;
    Py_buffer bits, letters;
    if (!PyArg_ParseTuple(args, "Oy*y*", &words, &bits, &letters)) {
        return NULL;
    }
    PyObject *found = NULL;
    uint8_t is_letter[0x80] = {0};
    for (Py_ssize_t i = 0; i < letters.len; i++) {
        is_letter[((const uint8_t *)letters.buf)[i] & 0x7F] = 1;
    }
    if (bits.len != BEGINNINGS / 8) {
        PyErr_SetString(PyExc_ValueError, "bits that `beginnings` gave");
    } else if (checked_words(words)) {
        found = PyList_New(0);
    }
    for (Py_ssize_t i = 0; found && i < PyList_GET_SIZE(words); i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        if (is_telling(word, bits.buf, is_letter) && PyList_Append(found, word) < 0) {
            Py_CLEAR(found);
        }
    }
    PyBuffer_Release(&bits);
    PyBuffer_Release(&letters);
    return found;
}
