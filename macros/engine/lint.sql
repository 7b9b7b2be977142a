{#- Whether the linter asks. It judges what a model's own file says and nothing of what a macro writes, but reads that
    too: macros that write thousands of characters write a few for it. Its target has a database that is gone with it,
    so that no table is ever made of them. -#}
{% macro is_linted() -%}
    {{ return(target.name == 'lint' and target.database == 'memory') }}
{%- endmacro %}
