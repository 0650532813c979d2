package io.agentorchestrator.benchmarks.loadtest.workload;

import io.agentorchestrator.benchmarks.loadtest.workload.WorkflowDag.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Families of scientific workflows, by the structure and the ranges of run times that the recipes of WfCommons publish (Coleman et al., "WfCommons: A
 * framework for enabling scientific workflow research and development", 2022; {@code wfcommons/wfchef/recipes}). The generator is ours, and smaller:
 * 50 to 500 tasks. A time is drawn from the range of its type, skewed to the right, as most of the published distributions are.
 */
public enum WorkflowFamily {
    /** A split, searches side by side, two joins of all. */
    BLAST,
    /** Two roots, alignments that need both, two joins of all. */
    BWA,
    /** Simulations of crops: a chain and a side chain for each parcel, summaries by location. */
    CYCLES,
    /** Chains of four for each chunk of each lane, a merge for each lane, and one of all. */
    EPIGENOMICS,
    /** 1000genome: for each chromosome a wide join, and fourteen analyses of it. */
    GENOME,
    /** A mosaic of images in three colours: differences of all pairs, a model, corrections of each image. */
    MONTAGE,
    /** Many deconvolutions, one join. */
    SEISMOLOGY,
    /** Chains of six for each sample, callers for each chromosome of each, and joins by chromosome. */
    SOYKB,
    /** Downloads and one index, alignments that need both, merges by 25. */
    SRASEARCH;

    private static final int POPULATIONS = 7;
    private static final int COLOURS = 3;
    private static final int MERGED_AT_ONCE = 25;

    /** The name of the recipe. */
    public String recipe() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A workflow of the family; the same for the same seed. */
    public WorkflowDag draw(long seed) {
        Draft draft = new Draft(recipe(), new Random(seed * 31 + recipe().hashCode()));
        switch (this) {
            case BLAST -> blast(draft);
            case BWA -> bwa(draft);
            case CYCLES -> cycles(draft);
            case EPIGENOMICS -> epigenomics(draft);
            case GENOME -> genome(draft);
            case MONTAGE -> montage(draft);
            case SEISMOLOGY -> seismology(draft);
            case SOYKB -> soykb(draft);
            case SRASEARCH -> srasearch(draft);
        }
        return new WorkflowDag(recipe(), draft.tasks);
    }

    private static void blast(Draft draft) {
        int split = draft.add("split_fasta", 0.05, 3.2);
        int[] searches = draft.each(draft.count(40, 200), _ -> draft.add("blastall", 8.1, 1_800, split));
        draft.add("cat_blast", 0.03, 17, searches);
        draft.add("cat", 0.01, 0.02, searches);
    }

    private static void bwa(Draft draft) {
        int reduce = draft.add("fastq_reduce", 0.05, 4.7);
        int index = draft.add("bwa_index", 81, 1_159);
        int[] alignments = draft.each(draft.count(50, 300), _ -> draft.add("bwa", 0.18, 35, reduce, index));
        draft.add("cat_bwa", 0.54, 519, alignments);
        draft.add("cat", 0.01, 0.07, alignments);
    }

    private static void cycles(Draft draft) {
        int locations = draft.count(2, 6);
        int parcels = draft.count(8, 20);
        int all = locations * parcels;
        int[] baselines = draft.each(all, _ -> draft.add("baseline_cycles", 1.6, 111));
        int[] cycles = draft.each(all, parcel -> draft.add("cycles", 1.3, 102, baselines[parcel]));
        int[] increases =
                draft.each(all, parcel -> draft.add("fertilizer_increase_cycles", 1.3, 101, baselines[parcel]));
        int[] parsers = draft.each(
                all,
                parcel -> draft.add(
                        "cycles_fertilizer_increase_output_parser", 0.04, 1.2, cycles[parcel], increases[parcel]));
        int[] summaries =
                draft.each(locations, at -> draft.add("cycles_output_summary", 0.05, 0.39, part(cycles, at, parcels)));
        draft.each(
                locations,
                at -> draft.add("cycles_fertilizer_increase_output_summary", 0.05, 0.54, part(parsers, at, parcels)));
        draft.add("cycles_plots", 123, 515, summaries);
    }

    private static void epigenomics(Draft draft) {
        int lanes = draft.count(2, 6);
        int[] splits = draft.each(lanes, _ -> draft.add("fastqSplit", 1.3, 878));
        List<Integer> chunks = new ArrayList<>();
        int[] sizes = new int[lanes];
        for (int lane = 0; lane < lanes; lane++) {
            sizes[lane] = draft.count(5, 25);
            for (int chunk = 0; chunk < sizes[lane]; chunk++) {
                chunks.add(splits[lane]);
            }
        }
        int all = chunks.size();
        int[] filtered = draft.each(all, chunk -> draft.add("filterContams", 0.07, 47, chunks.get(chunk)));
        int[] sanger = draft.each(all, chunk -> draft.add("sol2sanger", 0.02, 29, filtered[chunk]));
        int[] bfq = draft.each(all, chunk -> draft.add("fast2bfq", 0.03, 11, sanger[chunk]));
        int[] maps = draft.each(all, chunk -> draft.add("map", 25, 123, bfq[chunk]));
        int[] merges = new int[lanes];
        int from = 0;
        for (int lane = 0; lane < lanes; lane++) {
            merges[lane] = draft.add("mapMerge", 1.6, 37, Arrays.copyOfRange(maps, from, from + sizes[lane]));
            from += sizes[lane];
        }
        int merged = draft.add("mapMerge", 1.6, 37, merges);
        int chromosome = draft.add("chr21", 2.1, 120, merged);
        draft.add("pileup", 23, 100, chromosome);
    }

    private static void genome(Draft draft) {
        int chromosomes = draft.count(2, 8);
        int parts = draft.count(10, 25);
        int[] individuals = draft.each(chromosomes * parts, _ -> draft.add("individuals", 49, 192));
        int[] sifting = draft.each(chromosomes, _ -> draft.add("sifting", 0.29, 23));
        int[] merges =
                draft.each(chromosomes, at -> draft.add("individuals_merge", 34, 157, part(individuals, at, parts)));
        draft.each(
                chromosomes * POPULATIONS,
                at -> draft.add("mutation_overlap", 1.6, 92, sifting[at / POPULATIONS], merges[at / POPULATIONS]));
        draft.each(
                chromosomes * POPULATIONS,
                at -> draft.add("frequency", 76, 238, sifting[at / POPULATIONS], merges[at / POPULATIONS]));
    }

    private static void montage(Draft draft) {
        int images = draft.count(6, 14);
        int[] mosaics = new int[COLOURS];
        for (int colour = 0; colour < COLOURS; colour++) {
            int[] projections = draft.each(images, _ -> draft.add("mProject", 0.1, 1_263));
            List<Integer> differences = new ArrayList<>();
            for (int one = 0; one < images; one++) {
                for (int other = one + 1; other < images; other++) {
                    differences.add(draft.add("mDiffFit", 0.01, 47, projections[one], projections[other]));
                }
            }
            int fit = draft.add(
                    "mConcatFit",
                    0.13,
                    12,
                    differences.stream().mapToInt(Integer::intValue).toArray());
            int model = draft.add("mBgModel", 0.39, 111, fit);
            int[] corrected =
                    draft.each(images, image -> draft.add("mBackground", 0.12, 114, projections[image], model));
            int table = draft.add("mImgtbl", 0.01, 1.8, corrected);
            mosaics[colour] = draft.add(
                    "mAdd",
                    0.1,
                    23,
                    IntStream.concat(Arrays.stream(corrected), IntStream.of(table))
                            .toArray());
            draft.add("mViewer", 0.1, 68, mosaics[colour]);
        }
        draft.add("mViewer", 0.1, 68, mosaics);
    }

    private static void seismology(Draft draft) {
        int[] deconvolutions = draft.each(draft.count(100, 500), _ -> draft.add("sG1IterDecon", 0.09, 5.6));
        draft.add("wrapper_siftSTFByMisfit", 0.09, 1.4, deconvolutions);
    }

    private static void soykb(Draft draft) {
        int samples = draft.count(4, 12);
        int chromosomes = draft.count(5, 20);
        int[] aligned = draft.each(samples, _ -> draft.add("alignment_to_reference", 3.3, 133));
        int[] sorted = draft.each(samples, of -> draft.add("sort_sam", 2.1, 89, aligned[of]));
        int[] unique = draft.each(samples, of -> draft.add("dedup", 3.2, 152, sorted[of]));
        int[] replaced = draft.each(samples, of -> draft.add("add_replace", 3.4, 140, unique[of]));
        int[] targets = draft.each(samples, of -> draft.add("realign_target_creator", 79, 475, replaced[of]));
        int[] realigned = draft.each(samples, of -> draft.add("indel_realign", 5.6, 154, replaced[of], targets[of]));
        int[] calls = draft.each(
                samples * chromosomes, at -> draft.add("haplotype_caller", 30, 710, realigned[at / chromosomes]));
        draft.add("merge_gcvf", 2_562, 37_861, calls);
        int[] genotypes = draft.each(
                chromosomes,
                chromosome -> draft.add(
                        "genotype_gvcfs",
                        96,
                        899,
                        IntStream.range(0, samples)
                                .map(sample -> calls[sample * chromosomes + chromosome])
                                .toArray()));
        int combined = draft.add("combine_variants", 4.2, 164, genotypes);
        int snp = draft.add("select_variants_snp", 51, 197, combined);
        draft.add("filtering_snp", 4.3, 68, snp);
        int indel = draft.add("select_variants_indel", 49, 208, combined);
        draft.add("filtering_indel", 4, 339, indel);
    }

    private static void srasearch(Draft draft) {
        int build = draft.add("bowtie2-build", 0.32, 33);
        int runs = draft.count(20, 100);
        int[] dumps = draft.each(runs, _ -> draft.add("fasterq-dump", 1.2, 4_344));
        int[] alignments = draft.each(runs, run -> draft.add("bowtie2", 2.4, 121, build, dumps[run]));
        int[] merges = draft.each(
                Math.ceilDiv(runs, MERGED_AT_ONCE),
                at -> draft.add(
                        "merge",
                        0.04,
                        0.31,
                        Arrays.copyOfRange(
                                alignments, at * MERGED_AT_ONCE, Math.min(runs, (at + 1) * MERGED_AT_ONCE))));
        draft.add("merge", 0.04, 0.31, merges);
    }

    private static int[] part(int[] all, int number, int size) {
        return Arrays.copyOfRange(all, number * size, (number + 1) * size);
    }

    /** A workflow that is being drawn. */
    private static final class Draft {
        private final String recipe;
        private final Random random;
        private final List<Step> tasks = new ArrayList<>();

        Draft(String recipe, Random random) {
            this.recipe = recipe;
            this.random = random;
        }

        int count(int least, int most) {
            return least + random.nextInt(most - least + 1);
        }

        int[] each(int count, IntUnaryOperator task) {
            int[] added = new int[count];
            for (int at = 0; at < count; at++) {
                added[at] = task.applyAsInt(at);
            }
            return added;
        }

        /** Adds a task that takes a time between these; returns its index. */
        int add(String type, double leastSeconds, double mostSeconds, int... parents) {
            double skewed = random.nextDouble();
            int[] ascending = parents.clone();
            Arrays.sort(ascending);
            tasks.add(new Step(
                    recipe + "." + type.toLowerCase(Locale.ROOT),
                    ascending,
                    leastSeconds + (mostSeconds - leastSeconds) * skewed * skewed));
            return tasks.size() - 1;
        }
    }
}
