{#- A table made anew in the place of the one before, in one transaction: readers meet the old one or the new one. The
    adapter's own materialization builds under another name and renames twice, which costs more than most models here.
    No model of this project has grants, indexes, partitions or foreign keys. -#}
{% materialization table, adapter="duckdb", supported_languages=['sql'] %}
    {%- set replaced = load_cached_relation(this) -%}
    {%- set made = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        {%- if replaced %}drop {{ replaced.type }} {{ replaced }} cascade;{% endif %}
        {{ create_table_as(False, made, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(made, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [made]}) }}
{% endmaterialization %}
