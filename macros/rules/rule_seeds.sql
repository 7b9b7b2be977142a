{#- The rules of a seed (columns rule and value) that a model reads, as one row with a column per rule: the body of a
    CTE. Naming them where they are read shows what a model depends on; the test `rules_that_are_read_have_rows`
    holds every name against the seed.
    - seed: name of the seed
    - names: list of the rules to read, written out
    - exact: the seed states fractions, and each rule becomes <rule>_numerator and <rule>_denominator
    - per: column by which there are several sets of rules, one row each
    - rows: CTE with the rows of the seed that hold, where that is not all of them -#}
{% macro rules_as_columns(seed, names, exact=false, per=none, rows=none) -%}
    select
        {% if per -%}
        {{ per }},
        {% endif -%}
        {% for name in names -%}
        {% for part in (['numerator', 'denominator'] if exact else ['value']) -%}
        max(case when rule = '{{ name }}' then {{ part }} end) as {{ name }}{{ '_' ~ part if exact }}
        {{- '' if loop.last else ',' }}
        {% endfor -%}
        {{- '' if loop.last else ',' }}
        {% endfor -%}
    from {{ rows or ref(seed) }}
    {% if per -%}
    group by {{ per }}
    {% endif -%}
{%- endmacro %}

{#- Every rule that a model or an analysis of this project reads by `rules_as_columns`, as a list of dictionaries with
    seed, rule and the column `per`; read from their code, so that there is no list of rules beside the seeds. -#}
{% macro rules_that_are_read() %}
    {%- set reads = [] -%}
    {%- set pattern = "rules_as_columns\(\s*'(\w+)',\s*\[([^\]]*)\]([^)]*)\)" -%}
    {%- for node in graph.nodes.values() if node.package_name == model.package_name and node.raw_code -%}
        {%- if node.resource_type in ('model', 'analysis') and 'rules_as_columns' in node.raw_code -%}
            {%- set calls = modules.re.findall(pattern, node.raw_code) -%}
            {%- if calls | length != node.raw_code.count('rules_as_columns(') -%}
                {{ exceptions.raise_compiler_error(
                    node.name ~ ": rules_as_columns takes the seed's name and a list of rules, both written out"
                ) }}
            {%- endif -%}
            {%- for seed, names, rest in calls -%}
                {%- set per = modules.re.findall("per='(\w+)'", rest) | first -%}
                {%- for name in modules.re.findall("'(\w+)'", names) -%}
                    {%- do reads.append({'seed': seed, 'rule': name, 'per': per or none}) -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(reads) }}
{% endmacro %}
