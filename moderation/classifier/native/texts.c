/* Places of runs, words and shapes of a text. */

#include "native.h"

#include <limits.h>

static void
put_runs(PyObject *text, const uint32_t *factors, int shift, uint32_t **places)
{
    int kind = PyUnicode_KIND(text);
    const void *signs = PyUnicode_DATA(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    for (int size = 2; size <= 3; size++, factors += 3) {
        for (Py_ssize_t i = 0; i + size <= length; i++) {
            uint32_t sum = 0;
            for (int j = 0; j < size; j++) {
                uint32_t sign = PyUnicode_READ(kind, signs, i + j);
                sum += factors[j] * (sign - '1' < 9u ? '0' : sign);
            }
            *(*places)++ = sum >> shift;
        }
    }
}

static Py_ssize_t
count_runs(PyObject *text)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    return Py_MAX(length - 1, 0) + Py_MAX(length - 2, 0);
}

PyObject *
runs(PyObject *module, PyObject *args)
{
    PyObject *text, *name;
    Py_buffer factors;
    int shift;
    if (!PyArg_ParseTuple(args, "UUy*i", &text, &name, &factors, &shift)) {
        return NULL;
    }
    PyObject *found = NULL;
    if (factors.len != 6 * sizeof(uint32_t) || shift < 0 || shift > 31) {
        PyErr_SetString(PyExc_ValueError, "six factors, and a shift below 32");
    } else {
        found = PyBytes_FromStringAndSize(
            NULL, (count_runs(text) + count_runs(name)) * sizeof(uint32_t));
    }
    if (found) {
        uint32_t *places = (uint32_t *)PyBytes_AS_STRING(found);
        put_runs(text, factors.buf, shift, &places);
        put_runs(name, factors.buf, shift, &places);
    }
    PyBuffer_Release(&factors);
    return found;
}

PyObject *
words(PyObject *module, PyObject *args)
{
    PyObject *words, *undisguised;
    unsigned int salt, as_first, as_last, first_place;
    int letters, shift;
    if (!PyArg_ParseTuple(args, "OOIiIIiI", &words, &undisguised, &salt, &letters, &as_first,
                          &as_last, &shift, &first_place)
        || !checked_words(words) || !checked_words(undisguised)) {
        return NULL;
    }
    if (letters < 1 || shift < 0 || shift > 31) {
        PyErr_SetString(PyExc_ValueError, "letters from 1 on, and a shift below 32");
        return NULL;
    }
    Py_ssize_t count = PyList_GET_SIZE(words), more = PyList_GET_SIZE(undisguised);
    /* Words, beginnings, pairs; and four edges. */
    PyObject *found = PyBytes_FromStringAndSize(NULL, (3 * count + more + 4) * sizeof(uint32_t));
    if (!found) {
        return NULL;
    }
    uint32_t *hashes = (uint32_t *)PyBytes_AS_STRING(found), *next = hashes;
    for (Py_ssize_t i = 0; i < count; i++) {
        *next++ = crc_of(PyList_GET_ITEM(words, i), PY_SSIZE_T_MAX, salt);
    }
    for (Py_ssize_t i = 0; i < more; i++) {
        *next++ = crc_of(PyList_GET_ITEM(undisguised, i), PY_SSIZE_T_MAX, salt);
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        if (PyUnicode_GET_LENGTH(word) > letters) {
            *next++ = crc_of(word, letters, salt);
        }
    }
    /* The first word and pair as such, the last ones, and then all pairs. */
    uint32_t *edges = next, *pairs = edges + 2 * Py_MIN(count, 2);
    next = pairs;
    for (Py_ssize_t i = 0; i + 1 < count; i++) {
        *next++ = crc_of(PyList_GET_ITEM(words, i + 1), PY_SSIZE_T_MAX, ~hashes[i]);
    }
    if (count) {
        *edges++ = hashes[0] * as_first;
        if (count > 1) {
            *edges++ = pairs[0] * as_first;
        }
        *edges++ = hashes[count - 1] * as_last;
        if (count > 1) {
            *edges++ = pairs[count - 2] * as_last;
        }
    }
    for (uint32_t *place = hashes; place < next; place++) {
        *place = (*place >> shift) + first_place;
    }
    _PyBytes_Resize(&found, (char *)next - (char *)hashes);
    return found;
}

/* Whether a word is of small letters alone, as str.islower and str.isalpha say. */
static int
is_of_small_letters(int kind, const void *signs, Py_ssize_t first, Py_ssize_t behind)
{
    int has_case = 0;
    for (Py_ssize_t i = first; i < behind; i++) {
        Py_UCS4 sign = PyUnicode_READ(kind, signs, i);
        if (!Py_UNICODE_ISALPHA(sign) || Py_UNICODE_ISUPPER(sign) || Py_UNICODE_ISTITLE(sign)) {
            return 0;
        }
        has_case |= Py_UNICODE_ISLOWER(sign);
    }
    return has_case;
}

/* The hash of a word's shape; whether it has one. */
static int
hash_shape(int kind, const void *signs, Py_ssize_t first, Py_ssize_t behind, uint32_t *hash)
{
    uint32_t crc = ~*hash, last = 0;
    int in_a_row = 0, has_shape = 0;
    for (Py_ssize_t i = first; i < behind; i++) {
        Py_UCS4 sign = PyUnicode_READ(kind, signs, i);
        uint32_t as = sign >= 0x80                 ? 'u'
                      : sign >= 'a' && sign <= 'z' ? 'a'
                      : sign >= 'A' && sign <= 'Z' ? 'A'
                      : sign >= '0' && sign <= '9' ? '0'
                                                   : sign;
        in_a_row = as == last ? in_a_row + 1 : 1;
        last = as;
        has_shape |= as != 'a';
        if (in_a_row <= (as == 'u' ? 1 : as == 'a' || as == 'A' ? 2 : INT_MAX)) {
            crc = crc_step(crc, as);
        }
    }
    *hash = ~crc;
    return has_shape;
}

PyObject *
shapes(PyObject *module, PyObject *args)
{
    PyObject *typed;
    unsigned int salt, first_place, places;
    if (!PyArg_ParseTuple(args, "UIII", &typed, &salt, &first_place, &places)) {
        return NULL;
    }
    if (!places) {
        PyErr_SetString(PyExc_ValueError, "no place");
        return NULL;
    }
    int kind = PyUnicode_KIND(typed);
    const void *signs = PyUnicode_DATA(typed);
    Py_ssize_t length = PyUnicode_GET_LENGTH(typed);
    PyObject *found = PyBytes_FromStringAndSize(NULL, (length / 2 + 1) * sizeof(uint32_t));
    if (!found) {
        return NULL;
    }
    uint32_t *to = (uint32_t *)PyBytes_AS_STRING(found), *next = to;
    for (Py_ssize_t i = 0; i < length;) {
        Py_ssize_t first = i;
        while (i < length && !Py_UNICODE_ISSPACE(PyUnicode_READ(kind, signs, i))) {
            i++;
        }
        uint32_t hash = salt;
        if (first == i) {
            i++;
        } else if (!is_of_small_letters(kind, signs, first, i)
                   && hash_shape(kind, signs, first, i, &hash)) {
            *next++ = first_place + hash % places;
        }
    }
    _PyBytes_Resize(&found, (char *)next - (char *)to);
    return found;
}
