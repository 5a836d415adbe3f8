//! The school list as a CSV file with the column names of Giga's school master.

use super::{CREDIT, areas::Areas, geography::Land, schools::School};
use crate::domain::school::Connectivity;

const HEADER: &str = "school_id_govt,school_name,latitude,longitude,education_level,\
                      school_area_type,num_students,connectivity_govt,connectivity_type_govt,\
                      provider,admin1,admin2,school_data_source\n";

/// The whole file. No value holds a quote or a line break; names with a comma are quoted.
pub(super) fn csv(schools: &[School], land: &Land, areas: &Areas) -> String {
    let mut file = String::with_capacity(HEADER.len() + schools.len() * 220);
    file += HEADER;
    for school in schools {
        // The ministry knows of a line what it was told; of the others it knows nothing.
        let known = school.line.filter(|_| school.declared == Connectivity::Yes);
        let district = &areas.districts[school.district];
        let province = &areas.provinces[land.province_of(school.district)];
        let students = school
            .student_count
            .map_or(String::new(), |n| n.to_string());
        let [latitude, longitude] = school.stated();
        let connectivity = match school.declared {
            Connectivity::Yes => "yes",
            Connectivity::No => "no",
            Connectivity::Unknown => "",
        };
        let fields = [
            school.government_id.as_str(),
            &format!("\"{}\"", school.name),
            &latitude,
            &longitude,
            school.level.education_level(),
            if school.urban { "urban" } else { "rural" },
            &students,
            connectivity,
            known.map_or("", |line| line.provider.technology()),
            known.map_or("", |line| line.provider.name()),
            &province.name,
            &district.name,
        ];
        file += &fields.join(",");
        file += ",\"";
        file += CREDIT;
        file += "\"\n";
    }
    file
}
