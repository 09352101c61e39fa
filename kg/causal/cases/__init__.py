"""Cases: a patient's facts in, an explanation out.

`patient` gives facts their roles, `meaning` knows what a state means by definition,
`explaining` asks for each finding, `separating` ranks rival mechanisms and says what would tell them apart,
`explanation` is what comes out.
"""

from kg.causal.cases.explaining import explain
from kg.causal.cases.explanation import VERDICTS, Explanation, Finding, Missing, Rival
from kg.causal.cases.patient import Cause, LeftOut

__all__ = ["VERDICTS", "Cause", "Explanation", "Finding", "LeftOut", "Missing", "Rival", "explain"]
