"""What abbreviations commonly stand for where trialists write them.

A list of usage, not of truth: a record's own explanation of an abbreviation always comes first.
"""

from __future__ import annotations

from trialseal.outcomes.vocabulary import entries_of

# An abbreviation, casefolded and without hyphens, and what trialists commonly mean by it.
_STANDS_FOR = """
    6mwd: 6 minute walk distance test
    6mwt: 6 minute walk distance test
    a1c: glycated hemoglobin glucose control
    acq: asthma control questionnaire
    acq5: asthma control questionnaire 5
    acq6: asthma control questionnaire 6
    acq7: asthma control questionnaire 7
    acr20: american college rheumatology 20 response
    acr50: american college rheumatology 50 response
    acr70: american college rheumatology 70 response
    adas: alzheimer disease assessment scale
    adascog: alzheimer disease assessment scale cognitive
    adhd: attention deficit hyperactivity disorder
    ae: adverse event
    af: atrial fibrillation
    ahi: apnea hypopnea index
    ahr: annualized hospitalization rate
    aki: acute kidney injury
    alsfrsr: amyotrophic lateral sclerosis functional rating scale revised
    alt: alanine aminotransferase
    anc: absolute neutrophil count
    apache: acute physiology chronic health evaluation
    ards: acute respiratory distress syndrome
    asas20: ankylosing spondylitis response 20
    asqol: ankylosing spondylitis quality life
    ast: aspartate aminotransferase
    auc: area under curve
    audit: alcohol use disorders identification test
    auditc: alcohol use disorders identification test
    bai: beck anxiety inventory
    basdai: bath ankylosing spondylitis disease activity index
    bcva: best corrected visual acuity
    bdi: beck depression inventory
    bmd: bone mineral density
    bmi: body mass index
    bnp: brain natriuretic peptide
    borr: best overall response rate
    bos: bronchiolitis obliterans syndrome
    bp: blood pressure
    bpi: brief pain inventory
    bprs: brief psychiatric rating scale
    bvas: birmingham vasculitis activity score
    cabg: coronary artery bypass graft
    cat: copd assessment test
    cbr: clinical benefit rate
    cdai: clinical disease activity index
    cdrs: children depression rating scale
    cdrsb: clinical dementia rating sum of boxes
    cesd: center epidemiologic studies depression scale
    cfu: colony forming units
    cgi: clinical global impression
    cgii: clinical global impression improvement
    cgis: clinical global impression severity
    chf: congestive heart failure
    ci: confidence interval
    cin: contrast induced nephropathy
    ciwa: alcohol withdrawal scale
    ckd: chronic kidney disease
    cmax: maximum concentration
    cmv: cytomegalovirus
    cnv: choroidal neovascularization
    copd: chronic obstructive pulmonary disease
    cr: complete response
    crbsi: catheter related blood stream infection
    crp: c reactive protein
    crt: cardiac resynchronization therapy
    css: cancer specific survival
    cssrs: columbia suicide severity rating scale
    ct: computed tomography
    ctcae: common terminology criteria adverse event
    cv: cardiovascular
    das: disease activity score
    das28: disease activity score 28 joint
    dash: disabilities arm shoulder hand questionnaire
    dbp: diastolic blood pressure
    dcr: disease control rate
    dfi: disease free interval
    dfs: disease free survival
    dlqi: dermatology life quality index
    dlt: dose limiting toxicity
    dmfs: distant metastasis free survival
    dor: duration of response
    dss: disease specific survival
    dvt: deep vein thrombosis
    easi: eczema area severity index
    ecg: electrocardiogram
    edss: expanded disability status scale
    ef: ejection fraction
    efs: event free survival
    egfr: estimated glomerular filtration rate
    ehs: erection hardness score
    emg: electromyography
    eortc: european organisation research treatment cancer quality life questionnaire
    epds: edinburgh postnatal depression scale
    epic: expanded prostate cancer index composite
    eq5d: euroqol 5 dimension quality life
    eq5d5l: euroqol 5 dimension quality life
    esas: edmonton symptom assessment system
    esrd: end stage renal disease
    ess: epworth sleepiness scale
    etdrs: early treatment diabetic retinopathy visual acuity letters
    eva: visual analog scale
    facit: functional assessment chronic illness therapy fatigue
    factg: functional assessment cancer therapy quality life
    fev1: forced expiratory volume 1 second
    ffp: fresh frozen plasma
    fim: functional independence measure
    fiq: fibromyalgia impact questionnaire
    fmd: flow mediated dilation endothelial function
    fpg: fasting plasma glucose
    fsfi: female sexual function index
    fvc: forced vital capacity
    gad7: generalized anxiety disorder 7
    gaf: global assessment functioning
    gcs: glasgow coma scale
    gds: geriatric depression scale
    gfr: glomerular filtration rate
    ghba1c: glycated hemoglobin glucose control
    gmt: geometric mean titer
    gos: glasgow outcome scale
    gose: glasgow outcome scale extended
    gsrs: gastrointestinal symptom rating scale
    hads: hospital anxiety depression scale
    hae: hereditary angioedema
    hama: hamilton anxiety scale
    hamd: hamilton rating scale depression
    hamd17: hamilton rating scale depression 17
    haq: health assessment questionnaire
    haqdi: health assessment questionnaire disability index
    hba1c: glycated hemoglobin glucose control
    hbalc: glycated hemoglobin glucose control
    hbv: hepatitis b virus
    hcc: hepatocellular carcinoma
    hcmv: human cytomegalovirus
    hct: hematocrit
    hcv: hepatitis c virus
    hdl: high density lipoprotein cholesterol
    hdrs: hamilton rating scale depression
    hf: heart failure
    hiv1: human immunodeficiency virus hiv
    homair: homeostatic model assessment insulin resistance
    hr: heart rate
    hrql: health related quality life
    hrqol: health related quality life
    hscrp: high sensitivity c reactive protein
    ibdq: inflammatory bowel disease questionnaire quality life
    ibs: irritable bowel syndrome
    ich: intracranial hemorrhage
    icu: intensive care unit
    idfs: invasive disease free survival
    ielt: intravaginal ejaculatory latency time
    iief: international index erectile function
    inr: international normalized ratio
    iop: intraocular pressure
    ipss: international prostate symptom score
    ipv: intimate partner violence
    irr: independent radiologic review
    isi: insomnia severity index
    itt: intention to treat
    kccq: kansas city cardiomyopathy questionnaire
    koos: knee injury osteoarthritis outcome score
    kps: karnofsky performance status
    lbp: low back pain
    ldl: low density lipoprotein cholesterol
    ldlc: low density lipoprotein cholesterol
    lll: late lumen loss
    los: length of stay
    lvedv: left ventricular end diastolic volume
    lvef: left ventricular ejection fraction
    lvesv: left ventricular end systolic volume
    lvm: left ventricular mass
    lvmi: left ventricular mass index
    macce: major adverse cardiac cerebrovascular event
    mace: major adverse cardiac event
    madrs: montgomery asberg depression rating scale
    map: mean arterial pressure
    mcs: mental component summary
    mds: movement disorder
    mi: myocardial infarction
    mic: minimum inhibitory concentration
    mld: minimum lumen diameter
    mmr: major molecular response
    mmse: mini mental state examination
    moca: montreal cognitive assessment
    mpr: medication possession ratio adherence
    mrd: minimal residual disease
    mri: magnetic resonance imaging
    mrs: modified rankin scale
    msis: multiple sclerosis impact scale
    mtd: maximum tolerated dose
    ndi: neck disability index
    nec: necrotizing enterocolitis
    nicu: neonatal intensive care unit
    nihss: national institutes health stroke scale
    npi: neuropsychiatric inventory
    nprs: numeric pain rating scale
    nps: nasal polyp score
    nrs: numeric rating scale
    nrs11: numeric rating scale
    ntprobnp: n terminal pro brain natriuretic peptide
    nyha: new york heart association class
    oab: overactive bladder
    odi: oswestry disability index
    orr: objective overall response rate
    os: overall survival
    osdi: ocular surface disease index
    oswestry: oswestry disability index
    panss: positive negative syndrome scale
    pasi: psoriasis area severity index
    pasi50: psoriasis area severity index 50
    pasi75: psoriasis area severity index 75
    pasi90: psoriasis area severity index 90
    pasp: pulmonary artery systolic pressure
    pci: percutaneous coronary intervention
    pcr: pathologic complete response
    pcs: physical component summary
    pd: progressive disease
    pdi: pain disability index
    pe: pulmonary embolism
    pedsql: pediatric quality life
    pef: peak expiratory flow
    pefr: peak expiratory flow
    pfs: progression free survival
    pft: pulmonary function test
    pga: physician global assessment
    pgii: patient global impression improvement
    phq: patient health questionnaire depression
    phq9: patient health questionnaire 9 depression
    picu: pediatric intensive care unit
    pk: pharmacokinetics
    plt: platelet
    poms: profile mood states
    ponv: postoperative nausea vomiting
    postop: postoperative
    pps: post progression survival
    pr: partial response
    psa: prostate specific antigen
    psqi: pittsburgh sleep quality index
    pss: perceived stress scale
    pth: parathyroid hormone
    ptsd: posttraumatic stress disorder
    pvr: pulmonary vascular resistance
    pwv: pulse wave velocity
    qaly: quality adjusted life year
    qlqc30: european organisation research treatment cancer quality life questionnaire
    qol: quality life
    qtc: corrected qt interval
    ra: rheumatoid arthritis
    rbc: red blood cell
    rdq: roland disability questionnaire back pain
    recist: response evaluation criteria solid tumors
    rfs: relapse free survival
    rmdq: roland morris disability questionnaire back pain
    rom: range of motion
    rr: respiratory rate
    rsv: respiratory syncytial virus
    sae: serious adverse event
    sans: scale assessment negative symptoms
    sbp: systolic blood pressure
    scl90: symptom checklist 90
    scorad: scoring atopic dermatitis
    sds: sheehan disability scale
    sf12: short form 12 health survey
    sf36: short form 36 health survey
    sga: small gestational age
    sgrq: st george respiratory questionnaire
    sledai: systemic lupus erythematosus disease activity index
    slr: straight leg raise
    sofa: sequential organ failure assessment
    spid: sum pain intensity difference
    spo2: oxygen saturation
    ssi: surgical site infection
    ssqol: stroke specific quality life
    stai: state trait anxiety inventory
    stemi: st elevation myocardial infarction
    svr: sustained virologic response
    svr12: sustained virologic response 12
    teae: treatment emergent adverse event
    tia: transient ischemic attack
    timi: thrombolysis in myocardial infarction
    tlr: target lesion revascularization
    tnf: tumor necrosis factor
    tnss: total nasal symptom score
    totpar: total pain relief
    tsh: thyroid stimulating hormone
    ttf: time to treatment failure
    ttp: time to progression
    ttr: time in therapeutic range
    tug: timed up and go
    tvr: target vessel revascularization
    uacr: urinary albumin creatinine ratio
    uas7: urticaria activity score
    uc: ulcerative colitis
    updrs: unified parkinson disease rating scale
    uti: urinary tract infection
    vap: ventilator associated pneumonia
    vas: visual analog scale
    vf: ventricular fibrillation
    vfq25: visual function questionnaire 25
    vo2max: maximal oxygen uptake
    vo2peak: peak oxygen uptake
    vrs: verbal rating scale
    vt: ventricular tachycardia
    vte: venous thromboembolism
    wbc: white blood cell
    whodas: world health disability assessment schedule
    whoqol: world health quality life
    womac: western ontario mcmaster osteoarthritis index
    wpai: work productivity activity impairment
    ymrs: young mania rating scale
    zbi: zarit caregiver burden interview
"""

ABBREVIATIONS = entries_of(_STANDS_FOR)
