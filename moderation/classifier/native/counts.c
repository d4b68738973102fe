/* Each place once, with its value. */

#include "native.h"

#include <math.h>
#include <string.h>

#define GROUPS 3
#define DIGIT_BITS 8 /* of a place, by which it is sorted at a time */
#define DIGITS (1 << DIGIT_BITS)
#define ROUNDS 3 /* which sort places of up to 24 bits */

/* Sort places of up to 24 bits, by their last digits first; where they end up. */
static uint32_t *
sorted(uint32_t *places, uint32_t *spare, Py_ssize_t count)
{
    Py_ssize_t before[ROUNDS][DIGITS] = {{0}};
    for (Py_ssize_t i = 0; i < count; i++) {
        for (int round = 0; round < ROUNDS; round++) {
            before[round][places[i] >> DIGIT_BITS * round & (DIGITS - 1)]++;
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        Py_ssize_t sum = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            Py_ssize_t here = before[round][digit];
            before[round][digit] = sum;
            sum += here;
        }
        for (Py_ssize_t i = 0; i < count; i++) {
            spare[before[round][places[i] >> DIGIT_BITS * round & (DIGITS - 1)]++] = places[i];
        }
        uint32_t *other = places;
        places = spare;
        spare = other;
    }
    return places;
}

/* A buffer of items of a size, or -1 with an error set. */
static int
take(PyObject *from, Py_buffer *buffer, Py_ssize_t size)
{
    if (PyObject_GetBuffer(from, buffer, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    if (buffer->len % size) {
        PyBuffer_Release(buffer);
        PyErr_SetString(PyExc_ValueError, "a part of a number too much");
        return -1;
    }
    return 0;
}

/* All places of some parts but 0 and those from an end on, in new memory for twice as many; NULL
   with an error set. */
static uint32_t *
gathered(PyObject *parts, uint32_t end, Py_ssize_t *count)
{
    Py_ssize_t most = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts); i++) {
        most += PyObject_Length(PyTuple_GET_ITEM(parts, i));
    }
    uint32_t *places = PyErr_Occurred() ? NULL : PyMem_Malloc(2 * most * sizeof(uint32_t));
    if (!places) {
        return PyErr_Occurred() ? NULL : (uint32_t *)PyErr_NoMemory();
    }
    *count = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts); i++) {
        Py_buffer part;
        if (take(PyTuple_GET_ITEM(parts, i), &part, sizeof(uint32_t)) < 0) {
            PyMem_Free(places);
            return NULL;
        }
        const uint32_t *from = part.buf;
        Py_ssize_t length = Py_MIN(part.len / (Py_ssize_t)sizeof(uint32_t), most);
        most -= length;
        for (Py_ssize_t j = 0; j < length; j++) {
            if (from[j] && from[j] < end) {
                places[(*count)++] = from[j];
            }
        }
        PyBuffer_Release(&part);
    }
    return places;
}

typedef struct {
    Py_buffer ends, weights, by_count, squares, facts, values;
} Tables;

/* Each place once, with its value; how many there are. `places` are sorted, `counts` is memory. */
static Py_ssize_t
put_counted(uint32_t *places, uint32_t *counts, Py_ssize_t length, const Tables *by, double unit,
            float *values)
{
    const uint32_t *ends = by->ends.buf;
    const double *weights = by->weights.buf;
    const float *by_count = by->by_count.buf;
    const int64_t *squares = by->squares.buf;
    uint32_t most = (uint32_t)(by->by_count.len / sizeof(float)) - 1;
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < length; found++) {
        Py_ssize_t first = i;
        uint32_t place = places[i];
        while (i < length && places[i] == place) {
            i++;
        }
        places[found] = place;
        counts[found] = (uint32_t)Py_MIN(i - first, (Py_ssize_t)most);
    }
    Py_ssize_t first = 0;
    for (int group = 0; group < GROUPS; group++) {
        int64_t sum = 0;
        Py_ssize_t behind = first;
        for (; behind < found && places[behind] < ends[group]; behind++) {
            sum += squares[counts[behind]];
        }
        float scale = (float)(weights[group] / sqrt((double)sum * unit));
        for (; first < behind; first++) {
            values[first] = by_count[counts[first]] * scale;
        }
    }
    return found;
}

static PyObject *
count_all(PyObject *parts, const Tables *by, double unit)
{
    Py_ssize_t length = 0, facts = by->facts.len / sizeof(uint32_t);
    uint32_t *places = gathered(parts, ((uint32_t *)by->ends.buf)[GROUPS - 1], &length);
    if (!places) {
        return NULL;
    }
    uint32_t *spare = places + length;
    uint32_t *in_order = sorted(places, spare, length);
    uint32_t *counts = in_order == places ? spare : places;
    PyObject *told = NULL;
    PyObject *values = PyBytes_FromStringAndSize(NULL, (length + facts) * sizeof(float));
    if (values) {
        float *to = (float *)PyBytes_AS_STRING(values);
        Py_ssize_t found = put_counted(in_order, counts, length, by, unit, to);
        memcpy(to + found, by->values.buf, by->values.len);
        told = PyBytes_FromStringAndSize(NULL, (found + facts) * sizeof(uint32_t));
        if (told) {
            uint32_t *at = (uint32_t *)PyBytes_AS_STRING(told);
            memcpy(at, in_order, found * sizeof(uint32_t));
            memcpy(at + found, by->facts.buf, by->facts.len);
            _PyBytes_Resize(&values, (found + facts) * sizeof(float));
        }
    }
    PyMem_Free(places);
    if (told && values) {
        return Py_BuildValue("(NN)", told, values);
    }
    Py_XDECREF(told);
    Py_XDECREF(values);
    return NULL;
}

static int
are_tables(const Tables *by)
{
    const uint32_t *ends = by->ends.buf;
    return by->ends.len == GROUPS * sizeof(uint32_t)
           && ends[GROUPS - 1] <= 1u << DIGIT_BITS * ROUNDS
           && by->weights.len == GROUPS * sizeof(double)
           && by->by_count.len >= (Py_ssize_t)sizeof(float)
           && by->squares.len == 2 * by->by_count.len && by->facts.len == by->values.len
           && by->facts.len % sizeof(uint32_t) == 0;
}

PyObject *
counted(PyObject *module, PyObject *args)
{
    PyObject *parts, *found = NULL;
    Tables by;
    double unit;
    if (!PyArg_ParseTuple(args, "O!y*y*y*y*dy*y*", &PyTuple_Type, &parts, &by.ends, &by.weights,
                          &by.by_count, &by.squares, &unit, &by.facts, &by.values)) {
        return NULL;
    }
    if (are_tables(&by)) {
        found = count_all(parts, &by, unit);
    } else {
        PyErr_SetString(PyExc_ValueError, "tables of other lengths than fit each other");
    }
    PyBuffer_Release(&by.ends);
    PyBuffer_Release(&by.weights);
    PyBuffer_Release(&by.by_count);
    PyBuffer_Release(&by.squares);
    PyBuffer_Release(&by.facts);
    PyBuffer_Release(&by.values);
    return found;
}
