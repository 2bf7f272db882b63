"""Everyday and clinical names of one condition, sign or measurement: 'nosebleed' is epistaxis.

Written for trialseal from common medical usage; no ontology is copied. Names that differ in meaning in a trial
('stroke' and 'haemorrhagic stroke') are not among them.
"""

from __future__ import annotations

from collections.abc import Iterator

# A clinical name, and what is read as it.
_NAMES = """
    alopecia: hair loss, baldness
    amenorrhea: absent periods, absence of menstruation
    aphasia: loss of speech
    arthralgia: joint pain
    ascites: fluid in the abdomen
    asthenia: weakness
    atopic dermatitis: atopic eczema
    bradycardia: slow heart rate
    bruise: ecchymosis, contusion, bruising
    cephalalgia: headache, cephalgia
    cerumen: ear wax, earwax
    cholelithiasis: gallstone, gallstones, gall stones
    cicatrix: scar, scars, scarring
    conjunctivitis: pink eye, pinkeye
    constipation: obstipation, irregularity of the bowels
    coryza: common cold, runny nose, rhinorrhea
    decubitus ulcer: pressure ulcer, pressure ulcers, pressure sore, pressure sores, bedsore, bedsores, pressure injury
    deep vein thrombosis: deep venous thrombosis, deep-vein thrombosis
    diarrhea: loose stools, loose stool, watery stools
    diplopia: double vision
    dysgeusia: taste disturbance, altered taste
    dysmenorrhea: period pain, menstrual pain, painful periods
    dyspareunia: painful intercourse, pain during intercourse
    dyspepsia: indigestion
    dysphagia: difficulty swallowing, trouble swallowing, swallowing difficulty
    dyspnea: shortness of breath, breathlessness, short of breath, difficulty breathing
    dysuria: painful urination, pain on urination
    edema: oedema, fluid retention, water retention
    enuresis: bedwetting, bed wetting
    epistaxis: nosebleed, nosebleeds, nose bleed, nose bleeds, nasal bleeding, bleeding from the nose, nasal hemorrhage
    erythema: redness, reddening
    febrile neutropenia: neutropenic fever
    gastroesophageal reflux: acid reflux, gastro-oesophageal reflux
    gonarthrosis: knee osteoarthritis, osteoarthritis of the knee
    halitosis: bad breath
    hematemesis: vomiting blood, vomiting of blood
    hematuria: blood in the urine, blood in urine
    hemoptysis: coughing up blood, coughing blood
    herpes zoster: shingles, zoster
    hiccup: singultus, hiccups, hiccough
    hirsutism: excess hair, unwanted hair
    hot flush: hot flushes, hot flash, hot flashes, vasomotor symptoms
    hyperhidrosis: excessive sweating, sweating, diaphoresis
    hypertension: high blood pressure, raised blood pressure, elevated blood pressure
    hypoglycemia: low blood sugar, low blood glucose, hypoglycaemia
    hyperglycemia: high blood sugar, high blood glucose, hyperglycaemia
    icterus: jaundice
    impotence: erectile dysfunction
    influenza: flu
    intubation: tracheal intubation, endotracheal intubation
    ischemic stroke: cerebral infarction, brain infarction
    keloid: keloids
    leukocytes: white blood cell, white blood cells
    lumbago: low back pain, lower back pain, lumbar pain
    menorrhagia: heavy menstrual bleeding, heavy periods
    micturition: voiding, urination, passing urine
    miscarriage: spontaneous abortion, pregnancy loss
    mucositis: mouth sores, oral mucositis, stomatitis
    myalgia: muscle pain, muscle ache, muscle aches, muscle soreness
    myocardial infarction: heart attack, heart attacks
    myopia: short-sightedness, nearsightedness, short sightedness
    nausea: feeling sick, queasiness
    nephrolithiasis: kidney stone, kidney stones, renal calculi, renal stones, renal calculus
    neutropenia: low neutrophil count
    nocturia: waking at night to urinate, night-time urination
    odontalgia: toothache, tooth pain, dental pain
    odynophagia: painful swallowing, pain on swallowing
    otalgia: earache, ear pain
    otitis media: middle ear infection, ear infection
    palpitation: palpitations, racing heart
    paresthesia: tingling, pins and needles
    pediculosis: head lice, lice infestation
    pertussis: whooping cough
    pharyngitis: sore throat, throat pain
    platelets: thrombocyte, thrombocytes
    pollinosis: hay fever, seasonal allergic rhinitis
    preterm birth: premature birth, preterm delivery, premature delivery
    ptosis: drooping eyelid
    pulmonary embolism: lung embolism
    pyelonephritis: kidney infection
    pyrosis: heartburn
    renal failure: kidney failure
    rubella: german measles
    scabies: mite infestation
    sialorrhea: drooling, hypersalivation, excess saliva
    somnolence: sleepiness, drowsiness
    spasticity: muscle stiffness
    stillbirth: fetal death, intrauterine death, foetal death
    stroke: cerebrovascular accident, brain attack, apoplexy
    syncope: fainting, faint
    tachycardia: fast heart rate, rapid heart rate
    thrombocytopenia: low platelet count, low platelets
    tinnitus: ringing in the ears
    tonsillitis: infected tonsils
    tussis: cough, coughing
    urticaria: hives, nettle rash
    urinary incontinence: urine leakage, leakage of urine, urinary leakage
    varicella: chickenpox, chicken pox
    verruca: wart, warts
    xerostomia: dry mouth, mouth dryness
    xerosis: dry skin
"""


def entries() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each clinical name with the names that are read as it."""
    for line in _NAMES.strip().splitlines():
        name, _, others = line.partition(":")
        yield name.strip(), tuple(other.strip() for other in others.split(","))
