//! The fields of Giga's school master that have no column of their own: their canonical names, what
//! their values are, and how columns of them are called in English, French, Spanish, Portuguese
//! and Arabic and in OpenStreetMap. A table; reads nothing.

use super::vocabulary::Terms;

/// A field that is kept among a school's attributes.
#[derive(Debug, PartialEq)]
pub(super) struct Attribute {
    /// Giga's name of it, under which it is kept.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Other names, best first, with commas between them.
    pub synonyms: &'static str,
}

/// What values are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Text,
    /// One of a few.
    Term(Terms),
    /// A whole number from 0, at most so large.
    Count(u32),
    /// A calendar year.
    Year,
    /// Megabits a second, from 1, at most so many.
    Speed(f64),
    /// Kilometres, at most so many.
    Distance(f64),
}

use Kind::{Count, Distance, Speed, Term, Text, Year};

const YES_NO: Kind = Term(Terms::YesNo);

/// Giga's range of a distance, kilometres.
const FAR: Kind = Distance(10_000_000.0);

const fn of(name: &'static str, kind: Kind, synonyms: &'static str) -> Attribute {
    Attribute {
        name,
        kind,
        synonyms,
    }
}

pub(super) static ATTRIBUTES: &[Attribute] = &[
    // Which school, and where.
    of("school_id_govt_type", Text, "type_of_school_id"),
    of(
        "school_address",
        Text,
        "address, street_address, addr:full, adresse, adresse de l'école, dirección, domicilio, \
         endereço, morada, العنوان, عنوان المدرسة",
    ),
    of(
        "is_school_open",
        YES_NO,
        "school_open, is_open, operational, functional, école fonctionnelle, fonctionnelle, \
         en funcionamiento, em funcionamento, escuela abierta, escola aberta, هل المدرسة مفتوحة",
    ),
    of(
        "school_establishment_year",
        Year,
        "establishment_year, year_of_establishment, year_established, year_founded, \
         année de création, année d'ouverture, año de creación, año de fundación, \
         ano de criação, ano de fundação, سنة التأسيس, سنة الإنشاء",
    ),
    of(
        "admin1",
        Text,
        "admin1_name, adm1_name, adm1_en, adm1_fr, adm1_es, adm1_pt, addr:province, addr:state, \
         region, province, state, governorate, county, département, nom_region, provincia, \
         departamento, estado, المحافظة, الولاية, الإقليم, محافظة, ولاية",
    ),
    of("admin1_id_giga", Text, ""),
    of(
        "admin2",
        Text,
        "admin2_name, adm2_name, adm2_en, adm2_fr, adm2_es, adm2_pt, addr:district, addr:county, \
         district, municipality, sub_county, commune, préfecture, arrondissement, cercle, \
         nom_district, nom_commune, municipio, distrito, cantón, concelho, المديرية, البلدية, \
         القضاء, مديرية, بلدية",
    ),
    of("admin2_id_giga", Text, ""),
    of("disputed_region", Text, ""),
    of(
        "building_id_govt",
        Text,
        "building_id, building_code, code_bâtiment",
    ),
    of(
        "num_schools_per_building",
        Count(100),
        "schools_per_building",
    ),
    of("school_location_ingestion_timestamp", Text, ""),
    // What kind of school.
    of(
        "school_area_type",
        Term(Terms::AreaType),
        "area_type, urban_rural, rural_urban, urban_or_rural, location_type, environment, milieu, \
         type de milieu, milieu urbain ou rural, urbain_rural, zona, tipo de zona, área geográfica, \
         urbano_rural, localização, tipo de localização, نوع المنطقة, حضري ريفي, حضر ريف",
    ),
    of(
        "school_funding_type",
        Term(Terms::Funding),
        "funding_type, funding, ownership, school_ownership, ownership_type, operator:type, \
         management_type, school_management, public_private, public_or_private, statut, \
         statut juridique, type de financement, financement, public_privé, \
         tipo de gestión, sostenimiento, financiamiento, tipo de financiamiento, \
         público_privado, titularidad, dependência administrativa, rede de ensino, \
         tipo de financiamento, financiamento, الملكية, نوع الملكية, التمويل, نوع التمويل, \
         عام خاص",
    ),
    // Who is there.
    of(
        "num_students_girls",
        Count(10_000),
        "girls, number_of_girls, female_students, students_female, enrolment_female, \
         enrollment_female, filles, nombre de filles, effectif filles, élèves filles, niñas, \
         alumnas, número de niñas, meninas, alunas, número de alunas, الإناث, عدد الإناث, \
         عدد الطالبات, الطالبات",
    ),
    of(
        "num_students_boys",
        Count(10_000),
        "boys, number_of_boys, male_students, students_male, enrolment_male, enrollment_male, \
         garçons, nombre de garçons, effectif garçons, élèves garçons, niños, alumnos varones, \
         número de niños, meninos, alunos do sexo masculino, número de meninos, الذكور, عدد الذكور",
    ),
    of("num_students_other", Count(10_000), ""),
    of(
        "num_teachers",
        Count(200),
        "teachers, number_of_teachers, teacher_count, total_teachers, no_of_teachers, \
         teaching_staff, enseignants, nombre d'enseignants, nb_enseignants, effectif enseignants, \
         docentes, número de docentes, num_docentes, maestros, profesores, número de profesores, \
         professores, número de professores, المعلمون, المعلمين, عدد المعلمين, عدد المدرسين",
    ),
    of(
        "num_teachers_female",
        Count(200),
        "female_teachers, teachers_female, enseignantes, docentes mujeres, maestras, professoras, \
         عدد المعلمات, المعلمات",
    ),
    of(
        "num_teachers_male",
        Count(200),
        "male_teachers, teachers_male, enseignants hommes, docentes hombres, docentes varones, \
         professores homens, عدد المعلمين الذكور",
    ),
    of(
        "num_adm_personnel",
        Count(200),
        "administrative_staff, admin_staff, personnel administratif, personal administrativo, \
         pessoal administrativo, عدد الإداريين",
    ),
    of(
        "num_classrooms",
        Count(200),
        "classrooms, number_of_classrooms, classroom_count, salles de classe, \
         nombre de salles de classe, nb_salles, aulas, número de aulas, salas de aula, \
         número de salas de aula, عدد الفصول, الفصول الدراسية, عدد القاعات, عدد الأقسام",
    ),
    of(
        "num_latrines",
        Count(200),
        "latrines, number_of_latrines, toilets, number_of_toilets, toilettes, nombre de latrines, \
         letrinas, número de letrinas, baños, sanitarios, latrinas, número de latrinas, banheiros, \
         casas de banho, عدد المراحيض, دورات المياه, عدد دورات المياه",
    ),
    // What is there.
    of(
        "num_computers",
        Count(500),
        "computers, number_of_computers, computer_count, no_of_computers, ordinateurs, \
         nombre d'ordinateurs, nb_ordinateurs, computadoras, número de computadoras, ordenadores, \
         número de ordenadores, computadores, número de computadores, الحواسيب, عدد الحواسيب, \
         عدد أجهزة الحاسوب, عدد الكمبيوترات",
    ),
    of("num_computers_desired", Count(1000), "computers_desired"),
    of(
        "num_tablets",
        Count(10_000),
        "tablets, number_of_tablets, tablettes, nombre de tablettes, tabletas, número de tabletas, \
         número de tablets, عدد الأجهزة اللوحية",
    ),
    of("num_robotic_equipment", Count(10_000), "robotic_equipment"),
    of(
        "computer_lab",
        YES_NO,
        "has_computer_lab, computer_laboratory, ict_lab, salle informatique, \
         laboratoire informatique, laboratorio de informática, laboratorio de computación, \
         sala de cómputo, laboratório de informática, مختبر الحاسوب, معمل حاسوب",
    ),
    of(
        "computer_availability",
        YES_NO,
        "has_computers, computers_available, ordinateurs disponibles, tiene computadoras, \
         tem computadores, توفر الحواسيب",
    ),
    of(
        "device_availability",
        YES_NO,
        "has_devices, devices_available",
    ),
    of(
        "teachers_trained",
        YES_NO,
        "trained_teachers, enseignants formés, docentes capacitados",
    ),
    of("sustainable_business_model", YES_NO, ""),
    of(
        "electricity_availability",
        YES_NO,
        "electricity, has_electricity, electricity_access, access_to_electricity, power, \
         has_power, électricité, accès à l'électricité, électrification, electricidad, \
         acceso a electricidad, energía eléctrica, energia elétrica, eletricidade, \
         acesso à eletricidade, الكهرباء, كهرباء, توفر الكهرباء",
    ),
    of(
        "electricity_type",
        Term(Terms::ElectricityType),
        "electricity_source, source_of_electricity, power_source, type_of_electricity, \
         source d'électricité, type d'électricité, source d'énergie, fuente de electricidad, \
         fuente de energía, tipo de electricidad, fonte de eletricidade, fonte de energia, \
         tipo de eletricidade, مصدر الكهرباء, نوع الكهرباء",
    ),
    of(
        "water_availability",
        YES_NO,
        "water, has_water, drinking_water, water_access, access_to_water, eau, eau potable, \
         accès à l'eau, point d'eau, agua, agua potable, acceso a agua, acceso al agua, \
         água potável, acesso à água, المياه, الماء, مياه الشرب, توفر المياه",
    ),
    // Its line.
    of("connectivity_govt_ingestion_timestamp", Text, ""),
    of(
        "connectivity_govt_collection_year",
        Year,
        "connectivity_year, connectivity_data_year",
    ),
    of("connectivity_RT", YES_NO, ""),
    of("connectivity_RT_datasource", Text, ""),
    of("connectivity_RT_ingestion_timestamp", Text, ""),
    of(
        "connectivity_type_govt",
        Term(Terms::Technology),
        "connection_type, internet_type, type_of_internet, type_of_connection, \
         connectivity_technology, internet_technology, technology, type de connexion, \
         type de connectivité, type d'internet, technologie, tipo de conexión, tecnología, \
         tipo de conectividad, tipo de internet, tipo de conexão, tipo de conectividade, \
         نوع الاتصال, نوع الإنترنت, نوع الاتصال بالإنترنت, تقنية الاتصال",
    ),
    of("connectivity_type", Term(Terms::Technology), ""),
    of("connectivity_type_root", Text, ""),
    of(
        "download_speed_contracted",
        Speed(500.0),
        "contracted_speed, contracted_download_speed, contracted_bandwidth, débit contractuel, \
         débit souscrit, velocidad contratada, velocidade contratada, السرعة المتعاقد عليها",
    ),
    of(
        "download_speed_govt",
        Speed(200.0),
        "download_speed, internet_speed, connection_speed, speed_mbps, download_mbps, bandwidth, \
         débit, débit descendant, débit internet, vitesse internet, bande passante, velocidad, \
         velocidad de descarga, velocidad de internet, ancho de banda, velocidade, \
         velocidade de download, velocidade da internet, largura de banda, سرعة الإنترنت, \
         سرعة التنزيل, سرعة التحميل",
    ),
    of("download_speed_benchmark", Speed(10_000.0), ""),
    of(
        "cellular_coverage_availability",
        YES_NO,
        "cellular_coverage, mobile_coverage, network_coverage, couverture mobile, \
         couverture réseau, cobertura móvil, cobertura celular, cobertura de red, \
         cobertura de rede, التغطية الخلوية, تغطية الشبكة, تغطية الهاتف",
    ),
    of(
        "cellular_coverage_type",
        Term(Terms::Coverage),
        "coverage_type, mobile_coverage_type, network_type, type de couverture, type de réseau, \
         tipo de cobertura, tipo de red, tipo de rede, نوع التغطية, نوع الشبكة",
    ),
    of(
        "fiber_node_distance",
        FAR,
        "fibre_node_distance, distance_to_fiber, distance_to_fibre, distance à la fibre, \
         distancia a la fibra, distância à fibra",
    ),
    of("microwave_node_distance", FAR, ""),
    of("nearest_NR_distance", FAR, "nearest_5g_distance"),
    of("nearest_NR_id", Text, ""),
    of("nearest_LTE_distance", FAR, "nearest_4g_distance"),
    of("nearest_LTE_id", Text, ""),
    of("nearest_UMTS_distance", FAR, "nearest_3g_distance"),
    of("nearest_UMTS_id", Text, ""),
    of("nearest_GSM_distance", FAR, "nearest_2g_distance"),
    of("nearest_GSM_id", Text, ""),
    // Around it.
    of("schools_within_1km", Count(20), ""),
    of("schools_within_2km", Count(40), ""),
    of("schools_within_3km", Count(60), ""),
    of("schools_within_10km", Count(100), ""),
    of("nearest_school_distance", FAR, ""),
    of("pop_within_1km", Count(100_000_000), ""),
    of("pop_within_2km", Count(100_000_000), ""),
    of("pop_within_3km", Count(100_000_000), ""),
    of("pop_within_5km", Count(100_000_000), ""),
    of("pop_within_10km", Count(100_000_000), ""),
    // Whose word it is.
    of(
        "school_data_source",
        Text,
        "data_source, source_of_data, source de données, source des données, fuente de datos, \
         fuente de los datos, fonte de dados, fonte dos dados, مصدر البيانات",
    ),
    of(
        "school_data_collection_year",
        Year,
        "school_data_source_collection_year, collection_year, data_collection_year, \
         data_year, survey_year, census_year, année de collecte, année du recensement, \
         año de recolección, año del censo, año de levantamiento, ano de coleta, \
         ano de recolha, ano do censo, سنة جمع البيانات, سنة المسح",
    ),
    of(
        "school_data_collection_modality",
        Term(Terms::Modality),
        "school_data_source_collection_modality, collection_modality, collection_mode, \
         data_collection_modality, mode de collecte, modalité de collecte, \
         modalidad de recolección, modalidade de coleta, modalidade de recolha, \
         طريقة جمع البيانات",
    ),
];
