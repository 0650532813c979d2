<#-- The report. Whatever comes from analysed files goes through code() or plain(). -->
<#setting number_format=",##0">
<#function code name>
  <#local cleaned = visible(name?replace("[\\s`]+", " ", "r"))?replace("|", "\\|")?trim>
  <#return (cleaned == "")?then("", "`" + cleaned + "`")>
</#function>
<#function plain text>
  <#return visible(text?replace("\\s+", " ", "r")?trim)?replace("([\\\\`*_{}\\[\\]<>|#~])", "\\\\$1", "r")>
</#function>
<#function count number noun><#return number + " " + noun + (number == 1)?then("", "s")></#function>
<#function decimal number><#return number?string("0.0;; roundingMode=halfUp")></#function>
<#function percent part whole><#return decimal((whole == 0)?then(0, 100 * part / (whole == 0)?then(1, whole))) + " %"></#function>
<#function place block><#return code(block.path + ":" + block.fromLine?c + "-" + block.toLine?c)></#function>
<#function line row><#return code(row.path + ":" + row.line?c)></#function>
<#function codes texts><#return texts?has_content?then(texts?map(text -> code(text))?join(", "), "–")></#function>
<#macro functionTable rows>
<#if !rows?has_content>
No functions were found.
<#else>
| Function | Where | Complexity | Lines |
| --- | --- | ---: | ---: |
<#list rows as function>
| ${code(function.name)} | ${line(function)} | ${function.complexity} | ${function.lines} |
</#list>
</#if>
</#macro>
<#macro fileTable rows>
<#if !rows?has_content>
There is no program code.
<#else>
| File | Language | Code | Functions | Complexity |
| --- | --- | ---: | ---: | ---: |
<#list rows as file>
| ${code(file.path)} | ${file.language.title()} | ${file.sums.codeLines} | ${file.sums.functions} | ${file.sums.complexity} |
</#list>
</#if>
</#macro>
# Code review of ${plain(index.name())}

Directory ${code(index.root)}, measured on ${day}.

## Summary

<#if !files?has_content>
There are no source files in this directory, so there is nothing to measure.
<#else>
- **${count(files?size, "source file")}** in ${count(languages?size, "language")}, **${count(total.codeLines, "line")} of code** and ${count(total.commentLines, "line")} of comment (${percent(total.commentLines, total.codeLines + total.commentLines)}).
- **${count(total.functions, "function")}** with an average cyclomatic complexity of **${decimal(total.averageComplexity())}**; ${total.functionsAboveTen()} (${percent(total.functionsAboveTen(), total.functions)}) above 10.
- **${percent(duplicates.duplicatedLines, duplicates.linesCompared)} of the code is repeated** (${count(duplicates.duplicatedLines, "line")} in ${count(duplicates.blocks, "block")}).
- **${count(notes.total, "to-do note")}** in comments.
- **${outside?size} ${(outside?size == 1)?then("dependency", "dependencies")}** declared in ${count(manifests?size, "manifest")}.
<#if history.available>
- **${count(history.commits, "commit")}** by ${count(history.authors, "author")} from ${history.from} to ${history.to}.
<#else>
- No history: ${plain(history.note)}.
</#if>
<#assign first = []>
<#list hotSpots.files[0..*1] as file>
  <#assign first += [code(file.path) + " is the hottest file: complexity " + file.complexity + ", changed in " + count(file.commits, "commit") + "."]>
</#list>
<#list mostComplex[0..*1]?filter(it -> it.complexity > 10) as function>
  <#assign first += [code(function.name) + " in " + line(function) + " is the most complex function: complexity " + function.complexity + " in " + count(function.lines, "line") + "."]>
</#list>
<#list duplicates.longest[0..*1] as block>
  <#assign first += ["The longest repetition is " + count(block.lines, "line") + " of code: " + place(block.first) + " and " + place(block.copy) + "."]>
</#list>
<#if first?has_content>

**Where to look first**

<#list first as sentence>
${sentence?counter}. ${sentence}
</#list>
</#if>

## Languages

![Lines of code and comment by language](languages.svg)

| Language | Files | Code | Comment | Blank | Functions | Complexity | per 100 lines |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
<#list languages as row>
  <#assign sums = row.sums>
| ${row.language.title()} | ${sums.files} | ${sums.codeLines} | ${sums.commentLines} | ${sums.blankLines()} | ${row.language.findsFunctions()?then(sums.functions, "–")} | <#if row.language.programming>${sums.complexity} | ${(sums.codeLines > 0)?then(decimal(100 * sums.complexity / [sums.codeLines, 1]?max), "–")}<#else>– | –</#if> |
</#list>
| **Total** | ${total.files} | ${total.codeLines} | ${total.commentLines} | ${total.blankLines()} | ${total.functions} | ${total.complexity} |  |

## Functions

| Complexity of a function | 1–5 | 6–10 | 11–20 | over 20 |
| --- | ---: | ---: | ---: | ---: |
| Functions | ${total.simple} | ${total.moderate} | ${total.complex} | ${total.veryComplex} |

### Most complex

<@functionTable mostComplex[0..*20]/>

### Longest

<@functionTable longest[0..*10]/>

## Files

### Largest

<@fileTable largestFiles[0..*15]/>

### Most complex

<@fileTable mostComplexFiles[0..*15]/>

## Duplicates

<#if duplicates.blocks == 0>
No stretch of 10 lines of code or more stands in two places.
<#else>
${duplicates.duplicatedLines} of ${duplicates.linesCompared} compared lines of code (${percent(duplicates.duplicatedLines, duplicates.linesCompared)}) repeat an earlier place, in ${count(duplicates.blocks, "block")}. The longest:

| Lines of code | First | Repeated in |
| ---: | --- | --- |
<#list duplicates.longest[0..*15] as block>
| ${block.lines} | ${place(block.first)} | ${place(block.copy)} |
</#list>
</#if>

## To-do notes

<#if notes.total == 0>
No comment says TODO, FIXME, HACK or XXX.
<#else>
${count(notes.total, "note")}: <#list notes.byKind as kind, number>${number} ${kind}<#sep>, </#list>.${(notes.total > 40)?then(" The first 40 by path:", "")}

| Where | Note |
| --- | --- |
<#list notes.notes[0..*40] as note>
| ${line(note)} | ${plain(note.text)} |
</#list>
</#if>
</#if>

## Dependencies

<#if !manifests?has_content>
No dependency manifest was found.
<#else>
| Ecosystem | Manifests | Declared | Distinct, from outside |
| --- | ---: | ---: | ---: |
<#list ecosystems as ecosystem>
| ${ecosystem.name} | ${ecosystem.manifests} | ${ecosystem.declared} | ${ecosystem.outside} |
</#list>

### Manifests

| Manifest | Project | Dependencies | of this project | without version |
| --- | --- | ---: | ---: | ---: |
<#list manifests[0..*30] as manifest>
  <#if manifest.problem?has_content>
| ${code(manifest.path)} | could not be read: ${plain(manifest.problem)} | – | – | – |
  <#else>
| ${code(manifest.path)} | ${code(manifest.name)} | ${manifest.dependencies?size} | ${manifest.dependencies?filter(it -> ownNames?seq_contains(it.name))?size} | ${manifest.dependencies?filter(it -> it.version == "")?size} |
  </#if>
</#list>
<#if outside?has_content>

### From outside

| Dependency | Versions | Scopes |
| --- | --- | --- |
<#list outside[0..*100] as dependency>
| ${code(dependency.name)} | ${codes(dependency.versions)} | ${codes(dependency.scopes)} |
</#list>
<#if (outside?size > 100)>

And ${outside?size - 100} more.
</#if>
</#if>
<#assign conflicts = outside?filter(it -> it.versions?size > 1)>
<#if conflicts?has_content>

### In more than one version

| Dependency | Versions |
| --- | --- |
<#list conflicts[0..*20] as dependency>
| ${code(dependency.name)} | ${codes(dependency.versions)} |
</#list>
</#if>
</#if>
<#if files?has_content>

## Hot spots

<#if !hotSpots.available>
There is no git history to find hot spots in: ${plain(history.note)}.
<#elseif !hotSpots.files?has_content>
No file with decisions in it was ever changed.
<#else>
Commits that changed a file, times its complexity. What is both complex and often changed is where simplifying pays first.

![Commits and complexity by file](hot-spots.svg)

| File | Commits | Lines changed | Authors | Complexity | Score |
| --- | ---: | ---: | ---: | ---: | ---: |
<#list hotSpots.files[0..*20] as file>
| ${code(file.path)} | ${file.commits} | ${file.changedLines} | ${file.authors} | ${file.complexity} | ${file.score} |
</#list>
</#if>
</#if>

## What was left out

<#assign facts = []>
<#list index.skipped as reason, number>
  <#assign facts += ["${count(number, 'file')}: ${plain(reason)}."]>
</#list>
<#if (index.otherFiles > 0)>
  <#assign facts += ["${count(index.otherFiles, 'file')} of no known language."]>
</#if>
<#if (unreadable > 0)>
  <#assign facts += ["${count(unreadable, 'file')} could not be read, or changed meanwhile."]>
</#if>
<#if (total.unparsed > 0)>
  <#assign facts += ["${count(total.unparsed, 'Java file')} did not parse and went through the lexer instead."]>
</#if>
<#assign unread = manifests?filter(it -> it.problem != "")?size>
<#if (unread > 0)>
  <#assign facts += ["${count(unread, 'manifest')} could not be read."]>
</#if>
<#if index.truncated>
  <#assign facts += ["**The directory holds more files than are measured; only the first ${index.files?size} are in this report.**"]>
</#if>
<#if duplicates.truncated>
  <#assign facts += ["Only the first ${duplicates.linesCompared} lines of code were compared for duplicates."]>
</#if>
<#if history.available && history.note != "">
  <#assign facts += ["Of the history: ${plain(history.note)}."]>
</#if>
<#list facts as fact>
- ${fact}
<#else>
- Nothing.
</#list>

## How this was measured

- **Files**: ${index.git?then("tracked by git, or untracked and not ignored; untracked ones in build folders left out.", "found by walking the directory (no git here, so .gitignore was not read); folders of version control, builds and packages left out.")}
- **Lines**: a line with any code is code, one with only comment is comment; a documentation string in Python is code.
- **Complexity** (McCabe): 1 for a function and 1 for each decision in it. A file's is the sum of its functions' and, if there are decisions outside functions, 1 and one for each.
- **Java** is parsed (JavaParser): if, for, while, do, case with labels, guards, catch, `? :`, `&&`, `||`.
- **Other languages** are read by a lexer that knows their comments and strings; the keywords and operators for decisions are counted. Functions are found by their heads (`def`, `func`, `fn`, or a name, parentheses and a block); Ruby, Scala and Groovy are counted by file only. Code inside JavaScript template strings and Python f-strings counts as text.
- **Duplicates**: at least 10 lines of code in a row that are the same but for layout and comments; imports and lines without a letter or digit are not compared.
- **To-do notes**: TODO, FIXME, HACK and XXX in comments.
- **Dependencies**: as declared in pom.xml, package.json, requirements*.txt, pyproject.toml, go.mod, Cargo.toml and, where they are literal, build.gradle files; nothing is resolved or downloaded.
- **Hot spots**: commits without merges that changed a file under its present name.
