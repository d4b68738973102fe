/* What a model's steps weigh. */

#include "native.h"

static int
are_weights(const Py_buffer *steps, const Py_buffer *parts)
{
    return steps->len && !(steps->len & (steps->len - 1)) && parts->len == 256 * sizeof(float);
}

static void
put_weights(const Py_buffer *places, const Py_buffer *steps, const Py_buffer *parts, float share,
            const Py_buffer *own_steps, const Py_buffer *own_parts, float *to)
{
    const uint32_t *at = places->buf;
    Py_ssize_t count = places->len / sizeof(uint32_t);
    const uint8_t *step = steps->buf, *own_step = own_steps->buf;
    const float *part = parts->buf, *own_part = own_parts->buf;
    for (Py_ssize_t i = 0; i < count; i++) {
        to[i] = part[step[at[i] & (steps->len - 1)]] * share;
    }
    for (Py_ssize_t i = 0; own_steps->len && i < count; i++) {
        to[i] += own_part[own_step[at[i] & (own_steps->len - 1)]];
    }
}

PyObject *
weights(PyObject *module, PyObject *args)
{
    Py_buffer places, steps, parts, own_steps, own_parts;
    float share;
    if (!PyArg_ParseTuple(args, "y*y*y*fy*y*", &places, &steps, &parts, &share, &own_steps,
                          &own_parts)) {
        return NULL;
    }
    PyObject *found = NULL;
    if (places.len % sizeof(uint32_t) || !are_weights(&steps, &parts)
        || (own_steps.len && !are_weights(&own_steps, &own_parts))) {
        PyErr_SetString(PyExc_ValueError, "a power of two of steps, and 256 parts");
    } else {
        found = PyBytes_FromStringAndSize(NULL, places.len);
    }
    if (found) {
        put_weights(&places, &steps, &parts, share, &own_steps, &own_parts,
                    (float *)PyBytes_AS_STRING(found));
    }
    PyBuffer_Release(&places);
    PyBuffer_Release(&steps);
    PyBuffer_Release(&parts);
    PyBuffer_Release(&own_steps);
    PyBuffer_Release(&own_parts);
    return found;
}
