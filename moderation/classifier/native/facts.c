/* Places of facts. */

#include "native.h"

typedef struct {
    uint32_t place;
    Py_ssize_t group;
    double counts;
    PyObject *said; /* borrowed of its group's sequence */
} Fact;

/* Put the facts of a group behind those that are there, each where its place belongs; how many
   there are then, or -1 with an error set. */
static Py_ssize_t
put_facts(PyObject *told, Py_ssize_t group, PyObject *sequence, Fact *facts, Py_ssize_t found)
{
    PyObject *ignored;
    double counts;
    unsigned int salt, first_place, places;
    if (!PyArg_ParseTuple(told, "OdIII", &ignored, &counts, &salt, &first_place, &places)) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(sequence); i++) {
        PyObject *said = PyTuple_GET_ITEM(sequence, i);
        if (!PyUnicode_Check(said) || !places) {
            PyErr_SetString(PyExc_TypeError, "a fact is a str, and has a place");
            return -1;
        }
        uint32_t place = first_place + crc_of(said, PY_SSIZE_T_MAX, salt) % places;
        Py_ssize_t at = found++;
        for (; at && facts[at - 1].place > place; at--) {
            facts[at] = facts[at - 1];
        }
        facts[at] = (Fact){place, group, counts, said};
    }
    return found;
}

/* Whether a fact of the same place and group was said before. */
static int
is_said_before(const Fact *facts, Py_ssize_t at)
{
    for (Py_ssize_t i = at; i-- && facts[i].place == facts[at].place;) {
        if (facts[i].group == facts[at].group && !PyUnicode_Compare(facts[i].said, facts[at].said)) {
            return 1;
        }
    }
    return 0;
}

/* Facts as the function of that name gives them. */
static PyObject *
merged(const Fact *facts, Py_ssize_t count, uint32_t last_place)
{
    PyObject *places = PyBytes_FromStringAndSize(NULL, (count + 1) * sizeof(uint32_t));
    PyObject *counts = PyBytes_FromStringAndSize(NULL, (count + 1) * sizeof(float));
    PyObject *said = PyTuple_New(count);
    if (!places || !counts || !said) {
        goto failed;
    }
    uint32_t *to_places = (uint32_t *)PyBytes_AS_STRING(places);
    float *to_counts = (float *)PyBytes_AS_STRING(counts);
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < count;) {
        const Fact *last = NULL;
        double sum = 0;
        uint32_t place = facts[i].place;
        for (; i < count && facts[i].place == place; i++) {
            if (!is_said_before(facts, i)) {
                last = &facts[i];
                sum += last->counts;
            }
        }
        to_places[found] = place;
        to_counts[found] = (float)sum;
        PyTuple_SET_ITEM(said, found++, Py_NewRef(last->said));
    }
    to_places[found] = last_place;
    to_counts[found] = 0;
    if (found < count
        && (_PyBytes_Resize(&places, (found + 1) * sizeof(uint32_t)) < 0
            || _PyBytes_Resize(&counts, (found + 1) * sizeof(float)) < 0
            || _PyTuple_Resize(&said, found) < 0)) {
        goto failed;
    }
    return Py_BuildValue("(NNN)", places, said, counts);
failed:
    Py_XDECREF(places);
    Py_XDECREF(counts);
    Py_XDECREF(said);
    return NULL;
}

PyObject *
facts(PyObject *module, PyObject *args)
{
    PyObject *groups, *found = NULL;
    unsigned int last_place;
    if (!PyArg_ParseTuple(args, "O!I", &PyTuple_Type, &groups, &last_place)) {
        return NULL;
    }
    /* Of each group a sequence that nobody else changes, which keeps its facts. */
    Py_ssize_t most = 0, count = 0, number = PyTuple_GET_SIZE(groups);
    PyObject *sequences = PyTuple_New(number);
    Fact *all = NULL;
    if (!sequences) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < number; i++) {
        PyObject *group = PyTuple_GET_ITEM(groups, i), *sequence = NULL;
        if (PyTuple_Check(group) && PyTuple_GET_SIZE(group)) {
            sequence = PySequence_Tuple(PyTuple_GET_ITEM(group, 0));
        } else {
            PyErr_SetString(PyExc_TypeError, "a group is a tuple that begins with its facts");
        }
        if (!sequence) {
            goto done;
        }
        PyTuple_SET_ITEM(sequences, i, sequence);
        most += PyTuple_GET_SIZE(sequence);
    }
    all = PyMem_Malloc(most * sizeof(Fact));
    if (!all) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 0; i < number && count >= 0; i++) {
        count = put_facts(PyTuple_GET_ITEM(groups, i), i, PyTuple_GET_ITEM(sequences, i), all,
                          count);
    }
    if (count >= 0) {
        found = merged(all, count, last_place);
    }
done:
    PyMem_Free(all);
    Py_DECREF(sequences);
    return found;
}
