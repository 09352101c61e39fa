"""Teaching: a trace told step by step, with numbered citations and a picture, or asked as a quiz.

`content` makes a `Lesson` from a trace, `words` has the sentences, `outline` sets them in order as `blocks`, and
`markdown` and `page` give them a form. Knows the model, the pictures and pure functions of `kg.causal`; neither RDF nor
the graph.

>>> import kg
>>> trace = kg.load().trace("warfarin", "matrix Gla protein")
>>> trace.lesson().question
'Does warfarin raise or lower matrix Gla protein?'
"""

from kg.lesson.again import Asked
from kg.lesson.content import Lesson, LessonStep, Reference, Route, Said, lesson

__all__ = ["Asked", "Lesson", "LessonStep", "Reference", "Route", "Said", "lesson"]
