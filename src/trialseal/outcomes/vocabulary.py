"""Words that trialists write: stop words, synonyms and numbers. A list of usage, not of truth."""

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
    incidence: incidence incidences occurrence occurrences occur occurs occurring occurred frequency frequencies
      prevalence
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
    pregnan: pregnancy pregnancies pregnant
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
    use: use uses used utilization utilisation usage utilizations consumption
    satisf: satisfaction satisfied dissatisfied satisfactory
    adher: adherence adherent compliance compliant nonadherence noncompliance
    caregiver: carer carers caregiver caregivers caretaker
    kidney: renal kidney kidneys nephro
    heart: cardiac heart cardio
    liver: hepatic liver
    lung: pulmonary lung lungs
    walk: walk walking gait ambulation
    infect: infection infections infected infectious
    fracture: fracture fractures
    surg: surgery surgeries operation operations operative surgical procedure procedures intraoperative
      perioperative
    cancer: cancer cancers carcinoma carcinomas neoplasm neoplasms malignancy malignancies
    tumor: tumor tumors tumour tumours
    heal: healing healed heal heals
    function: function functional functioning functions functionality
    disab: disability disabilities disabled impairment impairments impaired
    exacerb: exacerbation exacerbations flare flares attack attacks
    seizure: seizure seizures convulsion convulsions
    fever: fever pyrexia febrile
    knowledg: knowledge
    smok: smoking smoke smoked smokers tobacco cigarette cigarettes
    abstin: abstinence abstinent cessation quit quitting
    alcohol: alcohol drinking drinkers drink drinks
    vomit: vomiting emesis emetic vomited
    cognit: cognition cognitive
    fatigu: fatigue tiredness
    fall: falls falling fallers
    vaccin: vaccine vaccines vaccination vaccinations immunization immunisation
    thromb: thrombosis thromboses thrombotic thromboembolism thromboembolic thrombus
    success: success successes successful successfully
    fail: failure failures failed failing
    discontinu: discontinuation discontinuations discontinue discontinued withdrawal withdrawals dropout
      dropouts
    progress: progression progressions progressive progressed progressing
    surviv: survival survive survived survivors survivor
    remiss: remission remissions remitted
    symptom: symptom symptoms symptomatic
    extubat: extubation extubated
    insert: insertion inserted placement placed
    prefer: preference preferences preferred preferring prefer
    recover: recovery recovered recover
    hospital: hospital hospitals inpatient
    sleep: sleep sleeping insomnia
    urin: urine urinary urination
    blood: blood
    respirat: respiratory respiration breathing
    visual: visual vision sight
    cardiovascular: cardiovascular
    mental: mental psychological psychiatric
    therap: therapy therapies therapeutic
    medic: medication medications medicine drug drugs
    analges: analgesia analgesic analgesics painkiller opioid opioids morphine
    particip: participation participated uptake attendance attend attended recruited recruitment
    screen: screening screened screenings
    activ: activity activities active
    mobil: mobility mobilization mobilisation
    restenos: restenosis
    physician: physician physicians investigator clinician
    pound: pound pounds lb lbs
    lesion: lesion lesions
"""


def entries_of(text: str) -> dict[str, str]:
    """What is before the colon to what is after it; an entry goes on in lines that are indented further."""
    lines = re.sub(r"\n\s{6,}", " ", text).strip().splitlines()
    return {name.strip(): words.strip() for name, words in (line.split(":") for line in lines)}


SYNONYMS = {word: form for form, words in entries_of(_READ_AS).items() for word in words.split()}

_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10 * number for number, word in enumerate(_TENS.split(), 2)}
NUMBER_WORDS = {
    **{word: str(number) for number, word in enumerate(_NUMBERS.split())},
    **{word: str(number) for word, number in TENS.items()},
    "once": "1",
    "twice": "2",
}
