/* The module, with what each of its functions gives. */

#include "native.h"

PyDoc_STRVAR(runs_doc, "runs(text, name, factors, shift) -> bytes\n\n"
"The places of all runs of 2 and of 3 characters of a text, then those of a name.");

PyDoc_STRVAR(words_doc,
"words(words, undisguised, salt, letters, as_first, as_last, shift, first_place) -> bytes\n\n"
"The places of words, of those behind disguises, of beginnings, of edges and of pairs.");

PyDoc_STRVAR(beginnings_doc, "beginnings(words) -> bytes\n\n"
"A bit for the first characters of each word, for `telling`.");

PyDoc_STRVAR(telling_doc, "telling(words, beginnings, letters) -> list[str]\n\n"
"The words that begin as one of those of `beginnings` does, that begin with the same character\n"
"twice, or that have one of some letters twice in a row.");

PyDoc_STRVAR(shapes_doc, "shapes(typed, salt, first_place, places) -> bytes\n\n"
"The places of the shapes of a text's words, as `shapes.shape_of` makes them.");

PyDoc_STRVAR(facts_doc, "facts(groups, last_place) -> (bytes, tuple, bytes)\n\n"
"The places of facts, ascending, with a last one behind them; the facts; and what each counts.\n"
"A group is a sequence of facts, what each counts, a salt, a first place and their number.");

PyDoc_STRVAR(counted_doc,
"counted(parts, ends, weights, by_count, squares, unit, facts, values) -> (bytes, bytes)\n\n"
"Each place once, ascending, with its value, and behind them the facts with theirs.");

PyDoc_STRVAR(weights_doc, "weights(places, steps, parts, share, own_steps, own_parts) -> bytes\n\n"
"A share of the part that the step at each place stands for, of a power of two of them, and the\n"
"part of an own step, of which there may be none.");

static PyMethodDef methods[] = {
    {"runs", runs, METH_VARARGS, runs_doc},
    {"words", words, METH_VARARGS, words_doc},
    {"beginnings", beginnings, METH_O, beginnings_doc},
    {"telling", telling, METH_VARARGS, telling_doc},
    {"shapes", shapes, METH_VARARGS, shapes_doc},
    {"facts", facts, METH_VARARGS, facts_doc},
    {"counted", counted, METH_VARARGS, counted_doc},
    {"weights", weights, METH_VARARGS, weights_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The steps of judging that go over every character and place.",
    .m_size = 0,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit__native(void)
{
    fill_crc_table();
    return PyModule_Create(&definition);
}
