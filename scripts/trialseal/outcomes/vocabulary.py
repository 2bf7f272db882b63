"""Words that trialists write: stop words, synonyms, numbers, and what abbreviations commonly stand for.

A list of usage, not of truth: a record's own explanation of an abbreviation always comes first.
"""

from __future__ import annotations

import re

_STOP = """
a an the of in on at to for from by with within and or as is are was were be been being will would shall may can
could that this these those which who whom whose it its their there than then also both each any all into during
between among per via not no nor if when where while using use used measur assess determin evaluat defin define
investigat compar compare demonstr demonstrate show primary primari secondary secondari outcome endpoint end-point
objectiv objective study studi trial variable variabl main efficacy effect effici patient group arm treat treatment
versus vs time frame visit follow up score participant e.g i.e e g i
"""
STOP_WORDS = frozenset(_STOP.split())

# A form, and the words that are read as it: casefolded words, their American spelling, or their stems.
_READ_AS = """
    participant: participant participants subject subjects patient patients person persons people individual
      individuals women men woman man children child infants infant adults adult volunteers
    proportion: proportion proportions percentage percentages percent percents pct % rate rates
    number: number numbers count counts no. n
    death: mortality death deaths died dead die fatal fatality fatalities decease
    mean: average averages avg mean means
    change: change changes changed changing difference differences differ shift variation
    reduction: reduce reduced reduces reducing reduction reductions decrease decreases decreased decreasing
      decline declines declined decrement fall lowering
    increase: increase increases increased increasing rise gain elevation
    improve: improve improved improves improving improvement improvements
    incidence: incidence incidences occurrence occurrences occur occurs occurring occurred frequency
      frequencies prevalence
    event: reaction reactions effects events event
    score: score scores scored subscore subscores
    questionnaire: questionnaire questionnaires questionaire inventory inventories
    scale: scale scales subscale subscales
    analog: analog analogue
    hospitaliz: hospitalisation hospitalization hospitalisations hospitalizations hospitalised hospitalized
      admission admissions readmission readmissions rehospitalization rehospitalisation rehospitalisations
    bleed: hemorrhage haemorrhage haemorrhages hemorrhages bleed bleeds bleeding bleedings hemorrhag
    cesarean: caesarean cesarean caesarian sectio
    glucos: glycaemic glycemic glucose glycaemia glycemia glycem sugar
    hemoglobin: haemoglobin hemoglobin hb hgb haemoglobins
    esophag: oesophageal esophageal
    recur: relapse relapses relapsed recurrence recurrences recur recurrent recurred
    complication: complication complications
    respons: response responses responder responders respond responded
    safety: safety tolerability tolerance tolerated
    toxic: toxicity toxicities toxic
    pressure: pressure pressures
    birth: birth births delivery deliveries
    swelling: induration swelling
    itch: itch itching pruritus
    cholesterol: cholesterol
    level: levels level concentration concentrations serum plasma
    duration: duration length
    stay: stay stays los
    cost: cost costs expenditure expenditures
    weight: weight weights
    cure: cure cured cures
    depress: depression depressive depressed
    anxiety: anxiety anxious
    randomiz: randomisation randomization randomised randomized randomise randomize
    >=: ≥
    <=: ≤
"""
SYNONYMS = {
    word: form
    for form, words in (line.split(":") for line in re.sub(r"\n\s{6,}", " ", _READ_AS).strip().splitlines())
    for word in words.split()
    for form in [form.strip()]
}

_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty
"""
NUMBER_WORDS = {word: str(number) for number, word in enumerate(_NUMBERS.split())} | {
    "thirty": "30",
    "forty": "40",
    "sixty": "60",
    "ninety": "90",
    "once": "1",
    "twice": "2",
}

# Form (casefolded, without hyphens) to words. Lower case; trialists' common usage.
ABBREVIATIONS: dict[str, str] = {
    "6mwt": "6 minute walk distance test",
    "6mwd": "6 minute walk distance test",
    "acq": "asthma control questionnaire",
    "acr20": "american college rheumatology 20 response",
    "acr50": "american college rheumatology 50 response",
    "acr70": "american college rheumatology 70 response",
    "adas": "alzheimer disease assessment scale",
    "adascog": "alzheimer disease assessment scale cognitive",
    "adhd": "attention deficit hyperactivity disorder",
    "ae": "adverse event",
    "aes": "adverse event",
    "af": "atrial fibrillation",
    "ahi": "apnea hypopnea index",
    "ahr": "annualized hospitalization rate",
    "alsfrsr": "amyotrophic lateral sclerosis functional rating scale revised",
    "alt": "alanine aminotransferase",
    "anc": "absolute neutrophil count",
    "ast": "aspartate aminotransferase",
    "auc": "area under curve",
    "bcva": "best corrected visual acuity",
    "bdi": "beck depression inventory",
    "bmd": "bone mineral density",
    "bmi": "body mass index",
    "bnp": "brain natriuretic peptide",
    "borr": "best overall response rate",
    "bp": "blood pressure",
    "bprs": "brief psychiatric rating scale",
    "cabg": "coronary artery bypass graft",
    "cdai": "clinical disease activity index",
    "cesd": "center epidemiologic studies depression scale",
    "cgi": "clinical global impression",
    "cgii": "clinical global impression improvement",
    "cgis": "clinical global impression severity",
    "chf": "congestive heart failure",
    "ci": "confidence interval",
    "cmax": "maximum concentration",
    "cmv": "cytomegalovirus",
    "copd": "chronic obstructive pulmonary disease",
    "cr": "complete response",
    "crp": "c reactive protein",
    "css": "cancer specific survival",
    "ctcae": "common terminology criteria adverse event",
    "cv": "cardiovascular",
    "das28": "disease activity score 28 joint",
    "dbp": "diastolic blood pressure",
    "dfs": "disease free survival",
    "dlqi": "dermatology life quality index",
    "dlt": "dose limiting toxicity",
    "dlts": "dose limiting toxicity",
    "dor": "duration of response",
    "dvt": "deep vein thrombosis",
    "easi": "eczema area severity index",
    "ecg": "electrocardiogram",
    "edss": "expanded disability status scale",
    "efs": "event free survival",
    "egfr": "estimated glomerular filtration rate",
    "eortc": "european organisation research treatment cancer quality life questionnaire",
    "epds": "edinburgh postnatal depression scale",
    "eq5d": "euroqol 5 dimension quality life",
    "esrd": "end stage renal disease",
    "fev1": "forced expiratory volume 1 second",
    "fvc": "forced vital capacity",
    "fpg": "fasting plasma glucose",
    "gad7": "generalized anxiety disorder 7",
    "gfr": "glomerular filtration rate",
    "hads": "hospital anxiety depression scale",
    "hamd": "hamilton rating scale depression",
    "hamd17": "hamilton rating scale depression 17",
    "hdrs": "hamilton rating scale depression",
    "hama": "hamilton anxiety scale",
    "haq": "health assessment questionnaire",
    "haqdi": "health assessment questionnaire disability index",
    "hba1c": "glycated hemoglobin hba1c",
    "hbalc": "glycated hemoglobin hba1c",
    "hdl": "high density lipoprotein cholesterol",
    "hf": "heart failure",
    "hiv1": "human immunodeficiency virus hiv",
    "hr": "heart rate",
    "hrqol": "health related quality life",
    "hrql": "health related quality life",
    "ibs": "irritable bowel syndrome",
    "icu": "intensive care unit",
    "iop": "intraocular pressure",
    "ipss": "international prostate symptom score",
    "itt": "intention to treat",
    "kccq": "kansas city cardiomyopathy questionnaire",
    "ldl": "low density lipoprotein cholesterol",
    "ldlc": "low density lipoprotein cholesterol",
    "los": "length of stay",
    "lvef": "left ventricular ejection fraction",
    "mace": "major adverse cardiac event",
    "madrs": "montgomery asberg depression rating scale",
    "map": "mean arterial pressure",
    "mi": "myocardial infarction",
    "mmse": "mini mental state examination",
    "mmr": "major molecular response",
    "moca": "montreal cognitive assessment",
    "mri": "magnetic resonance imaging",
    "mrs": "modified rankin scale",
    "mtd": "maximum tolerated dose",
    "nihss": "national institutes health stroke scale",
    "nrs": "numeric rating scale",
    "ntprobnp": "n terminal pro brain natriuretic peptide",
    "nyha": "new york heart association class",
    "orr": "objective overall response rate",
    "os": "overall survival",
    "osdi": "ocular surface disease index",
    "oswestry": "oswestry disability index",
    "odi": "oswestry disability index",
    "panss": "positive negative syndrome scale",
    "pasi": "psoriasis area severity index",
    "pasi50": "psoriasis area severity index 50",
    "pasi75": "psoriasis area severity index 75",
    "pasi90": "psoriasis area severity index 90",
    "pci": "percutaneous coronary intervention",
    "pcr": "pathologic complete response",
    "pd": "progressive disease",
    "pdi": "pain disability index",
    "pe": "pulmonary embolism",
    "pef": "peak expiratory flow",
    "pfs": "progression free survival",
    "pga": "physician global assessment",
    "pgii": "patient global impression improvement",
    "phq9": "patient health questionnaire 9 depression",
    "pk": "pharmacokinetics",
    "ponv": "postoperative nausea vomiting",
    "pr": "partial response",
    "psa": "prostate specific antigen",
    "pth": "parathyroid hormone",
    "pvr": "pulmonary vascular resistance",
    "qlqc30": "european organisation research treatment cancer quality life questionnaire",
    "qol": "quality life",
    "qtc": "corrected qt interval",
    "recist": "response evaluation criteria solid tumors",
    "rfs": "relapse free survival",
    "rom": "range of motion",
    "sae": "serious adverse event",
    "saes": "serious adverse event",
    "sbp": "systolic blood pressure",
    "sf12": "short form 12 health survey",
    "sf36": "short form 36 health survey",
    "sgrq": "st george respiratory questionnaire",
    "sledai": "systemic lupus erythematosus disease activity index",
    "spo2": "oxygen saturation",
    "ssi": "surgical site infection",
    "stai": "state trait anxiety inventory",
    "svr": "sustained virologic response",
    "svr12": "sustained virologic response 12",
    "teae": "treatment emergent adverse event",
    "teaes": "treatment emergent adverse event",
    "tlr": "target lesion revascularization",
    "tnss": "total nasal symptom score",
    "ttp": "time to progression",
    "tvr": "target vessel revascularization",
    "updrs": "unified parkinson disease rating scale",
    "uti": "urinary tract infection",
    "vas": "visual analog scale",
    "vte": "venous thromboembolism",
    "womac": "western ontario mcmaster osteoarthritis index",
    "ymrs": "young mania rating scale",
}
