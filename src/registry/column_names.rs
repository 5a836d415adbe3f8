//! How the columns are called that have a home in the school table, best name first: Giga's school
//! master, English, French, Spanish, Portuguese, Arabic, OpenStreetMap. A table; reads nothing.

use super::columns::Field;

/// Names by field, with commas between them.
pub(super) const NAMES: &[(Field, &str)] = &[
    (
        Field::Name,
        "school_name, name, name_of_school, school, nom, nombre, nome, nom_ecole, schoolname, \
         name of the school, institution_name, name_of_institution, facility_name, nom de l'école, \
         nom école, nom de l'établissement, nom établissement, établissement, école, \
         nombre_escuela, nombre de la escuela, nombre del establecimiento, nombre del centro, \
         nombre centro educativo, nombre de la institución, nombre institución, escuela, \
         centro educativo, institución educativa, nome_escola, nome da escola, \
         nome do estabelecimento, escola, اسم المدرسة, المدرسة, الاسم, اسم المؤسسة",
    ),
    (
        Field::Latitude,
        "latitude, lat, school_latitude, gps_latitude, latitud, y, latitude_gps, lat_gps, \
         gps_lat, y_coord, coord_y, y_coordinate, coordonnée_y, coordenada_y, خط العرض, \
         دائرة العرض, العرض الجغرافي",
    ),
    (
        Field::Longitude,
        "longitude, lon, lng, long, school_longitude, gps_longitude, longitud, x, longitude_gps, \
         lon_gps, gps_lon, gps_long, gps_lng, x_coord, coord_x, x_coordinate, coordonnée_x, \
         coordenada_x, خط الطول, الطول الجغرافي",
    ),
    (
        Field::EducationLevel,
        "education_level, school_level, isced:level, education_level_govt, level_of_education, \
         level, grade_level, niveau, niveau d'enseignement, niveau d'éducation, \
         niveau d'étude, niveau scolaire, cycle, nivel, nivel educativo, nivel_educacion, \
         nivel de educación, nivel de enseñanza, nível, nível de ensino, nível educacional, \
         etapa de ensino, المرحلة, المرحلة الدراسية, المرحلة التعليمية, المستوى, \
         المستوى التعليمي, المستوى الدراسي",
    ),
    (
        Field::StudentCount,
        "num_students, student_count, students, number_of_students, enrolment, enrollment, \
         total_students, no_of_students, student_population, pupils, number_of_pupils, \
         num_pupils, total_enrolment, total_enrollment, élèves, nombre d'élèves, nb_élèves, \
         effectif, effectifs, effectif total, total élèves, estudiantes, número de estudiantes, \
         num_estudiantes, total estudiantes, alumnos, número de alumnos, matrícula, \
         matrícula total, total alumnos, estudantes, número de estudantes, alunos, \
         número de alunos, total de alunos, matrículas, الطلاب, عدد الطلاب, عدد التلاميذ, \
         التلاميذ, إجمالي الطلاب",
    ),
    (
        Field::Connectivity,
        "connectivity_govt, connectivity, internet, has_internet, internet_access, \
         internet_availability, internet_connectivity, internet_connection, connected, \
         is_connected, internet_connected, connectivité, connexion, connexion internet, \
         accès internet, accès à internet, connecté, conectividad, conexión, \
         conexión a internet, acceso a internet, tiene internet, conectado, conectividade, \
         conexão, conexão à internet, acesso à internet, tem internet, ligação à internet, \
         الإنترنت, إنترنت, الاتصال بالإنترنت, توفر الإنترنت, متصل بالإنترنت",
    ),
    (
        Field::GovernmentId,
        "school_id_govt, school_id_gov, government_id, emis_code, emis_id, school_code, school_id, \
         emis, emis_number, emis_no, ref:emis, govt_school_id, ministry_code, institution_code, \
         code_ecole, code de l'école, code établissement, code de l'établissement, \
         identifiant école, matricule école, código de la escuela, código escuela, \
         código de establecimiento, código del centro, código modular, \
         código inep, código da escola, código escola, id_escuela, id_escola, \
         id_ecole, رمز المدرسة, رقم المدرسة, كود المدرسة, الرقم الوطني للمدرسة",
    ),
    (
        Field::GigaId,
        "school_id_giga, giga_id_school, giga_id, giga_school_id",
    ),
    (Field::OsmId, "@id, osm_id"),
    (Field::SchoolId, "schoolbeat_id"),
];

/// Names of OpenStreetMap's tags that mean something else in a list: a floor, a kind of relation,
/// whether a building is a school.
pub(super) const NOT_IN_OSM: &[&str] = &["level", "school"];
